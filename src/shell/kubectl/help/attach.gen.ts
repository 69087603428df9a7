// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const attachHelp = {
  name: 'attach',
  short: 'Attach to a running container',
  long: 'Attach to a process that is already running inside an existing container.',
  examples: `  # Get output from running pod mypod; use the 'kubectl.kubernetes.io/default-container' annotation
  # for selecting the container to be attached or the first container in the pod will be chosen
  kubectl attach mypod
  
  # Get output from ruby-container from pod mypod
  kubectl attach mypod -c ruby-container
  
  # Switch to raw terminal mode; sends stdin to 'bash' in ruby-container from pod mypod
  # and sends stdout/stderr from 'bash' back to the client
  kubectl attach mypod -c ruby-container -i -t
  
  # Get output from the first pod of a replica set named nginx
  kubectl attach rs/nginx`,
  usage: 'kubectl attach (POD | TYPE/NAME) -c CONTAINER [options]',
  flags: {
    'container': flag.container,
    'pod-running-timeout': flag.podRunningTimeout,
    'quiet': flag.quiet,
    'stdin': flag.stdin,
    'tty': flag.tty,
  },
} as const;
