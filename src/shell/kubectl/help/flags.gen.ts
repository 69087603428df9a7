// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
export const allowMissingTemplateKeys = { type: 'boolean', default: true, usage: 'If true, ignore any errors in templates when a field or map key is missing in the template. Only applies to golang and jsonpath output formats.' } as const;
export const dryRun = { type: 'string', default: 'none', bare: 'unchanged', usage: 'Must be "none", "server", or "client". If client strategy, only print the object that would be sent, without sending it. If server strategy, submit server-side request without persisting the resource.' } as const;
export const fieldManager = { type: 'string', default: 'kubectl-create', usage: 'Name of the manager used to track field ownership.' } as const;
export const kustomize = { short: 'k', type: 'string', default: '', usage: 'Process the kustomization directory. This flag can\'t be used together with -f or -R.' } as const;
export const output = { short: 'o', type: 'string', default: '', usage: 'Output format. One of: (json, yaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).' } as const;
export const recursive = { short: 'R', type: 'boolean', default: false, usage: 'Process the directory used in -f, --filename recursively. Useful when you want to manage related manifests organized within the same directory.' } as const;
export const saveConfig = { type: 'boolean', default: false, usage: 'If true, the configuration of current object will be saved in its annotation. Otherwise, the annotation will be unchanged. This flag is useful when you want to perform kubectl apply on this object in the future.' } as const;
export const selector = { short: 'l', type: 'string', default: '', usage: 'Selector (label query) to filter on, supports \'=\', \'==\', \'!=\', \'in\', \'notin\'.(e.g. -l key1=value1,key2=value2,key3 in (value3)). Matching objects must satisfy all of the specified label constraints.' } as const;
export const showManagedFields = { type: 'boolean', default: false, usage: 'If true, keep the managedFields when printing objects in JSON or YAML format.' } as const;
export const template = { type: 'string', default: '', usage: 'Template string or path to template file to use when -o=go-template, -o=go-template-file. The template format is golang templates [http://golang.org/pkg/text/template/#pkg-overview].' } as const;
export const validate = { type: 'string', default: 'strict', bare: 'strict', usage: 'Must be one of: strict (or true), warn, ignore (or false). "true" or "strict" will use a schema to validate the input and fail the request if invalid. It will perform server side validation if ServerSideFieldValidation is enabled on the api-server, but will fall back to less reliable client-side validation if not. "warn" will warn about unknown or duplicate fields without blocking the request if server-side field validation is enabled on the API server, and behave as "ignore" otherwise. "false" or "ignore" will not perform any schema validation, silently dropping any unknown or duplicate fields.' } as const;
export const resource = { type: 'list', default: [], usage: 'Resource that the rule applies to' } as const;
export const resourceName = { type: 'list', default: [], usage: 'Resource in the white list that the rule applies to, repeat this flag for multiple items' } as const;
export const verb = { type: 'list', default: [], usage: 'Verb that applies to the resources contained in the rule' } as const;
export const image = { type: 'string', default: '', usage: 'Image name to run.' } as const;
export const appendHash = { type: 'boolean', default: false, usage: 'Append a hash of the secret to its name.' } as const;
export const tcp = { type: 'list', default: [], usage: 'Port pairs can be specified as \'<port>:<targetPort>\'.' } as const;
export const overrideType = { type: 'string', default: 'merge', usage: 'The method used to override the generated object: json, merge, or strategic.' } as const;
export const overrides = { type: 'string', default: '', usage: 'An inline JSON override for the generated object. If this is non-empty, it is used to override the generated object. Requires that the object supply a valid apiVersion field.' } as const;
export const cascade = { type: 'string', default: 'background', bare: 'background', usage: 'Must be "background", "orphan", or "foreground". Selects the deletion cascading strategy for the dependents (e.g. Pods created by a ReplicationController). Defaults to background.' } as const;
export const env = { type: 'array', default: [], usage: 'Environment variables to set in the container.' } as const;
export const force = { type: 'boolean', default: false, usage: 'If true, immediately remove resources from API and bypass graceful deletion. Note that immediate deletion of some resources may result in inconsistency or data loss and requires confirmation.' } as const;
export const gracePeriod = { type: 'int', default: -1, usage: 'Period of time in seconds given to the resource to terminate gracefully. Ignored if negative. Set to 1 for immediate shutdown. Can only be set to 0 when --force is true (force deletion).' } as const;
export const kustomize2 = { short: 'k', type: 'string', default: '', usage: 'Process a kustomization directory. This flag can\'t be used together with -f or -R.' } as const;
export const podRunningTimeout = { type: 'duration', default: '1m0s', usage: 'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running' } as const;
export const timeout = { type: 'duration', default: '0s', usage: 'The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object' } as const;
export const wait = { type: 'boolean', default: false, usage: 'If true, wait for resources to be gone before returning. This waits for finalizers.' } as const;
export const fieldManager2 = { type: 'string', default: 'kubectl-set', usage: 'Name of the manager used to track field ownership.' } as const;
export const all = { type: 'boolean', default: false, usage: 'Select all resources, in the namespace of the specified resource types' } as const;
export const filename = { short: 'f', type: 'list', default: [], usage: 'Filename, directory, or URL to files identifying the resource to get from a server.' } as const;
export const all2 = { type: 'boolean', default: false, usage: 'Select all resources in the namespace of the specified resource types' } as const;
export const filename2 = { short: 'f', type: 'list', default: [], usage: 'identifying the resource.' } as const;
export const local = { type: 'boolean', default: false, usage: 'If true, annotation will NOT contact api-server but run locally.' } as const;
export const recursive2 = { short: 'R', type: 'boolean', default: true, usage: 'Process the directory used in -f, --filename recursively. Useful when you want to manage related manifests organized within the same directory.' } as const;
export const allNamespaces = { short: 'A', type: 'boolean', default: false, usage: 'If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.' } as const;
export const chunkSize = { type: 'int', default: 500, usage: 'Return large lists in chunks rather than all at once. Pass 0 to disable. This flag is beta and may change in the future.' } as const;
export const fieldSelector = { type: 'string', default: '', usage: 'Selector (field query) to filter on, supports \'=\', \'==\', and \'!=\'.(e.g. --field-selector key1=value1,key2=value2). The server only supports a limited number of field queries per type.' } as const;
export const noHeaders = { type: 'boolean', default: false, usage: 'When using the default or custom-column output format, don\'t print headers (default print headers).' } as const;
export const filename3 = { short: 'f', type: 'list', default: [], usage: 'Filename, directory, or URL to files to use to edit the resource' } as const;
export const windowsLineEndings = { type: 'boolean', default: false, usage: 'Defaults to the line ending native to your platform.' } as const;
export const fieldManager3 = { type: 'string', default: 'kubectl-rollout', usage: 'Name of the manager used to track field ownership.' } as const;
export const filename4 = { short: 'f', type: 'list', default: [], usage: 'Filename, directory, or URL to files identifying the resource to update' } as const;
export const podRunningTimeout2 = { type: 'duration', default: '20s', usage: 'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running' } as const;
export const useProtocolBuffers = { type: 'boolean', default: true, usage: 'Enables using protocol-buffers to access Metrics API.' } as const;
export const container = { short: 'c', type: 'string', default: '', usage: 'Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container to be attached or the first container in the pod will be chosen' } as const;
export const quiet = { short: 'q', type: 'boolean', default: false, usage: 'Only print output from the remote session' } as const;
export const stdin = { short: 'i', type: 'boolean', default: false, usage: 'Pass stdin to the container' } as const;
export const tty = { short: 't', type: 'boolean', default: false, usage: 'Stdin is a TTY' } as const;
export const allNamespaces2 = { short: 'A', type: 'boolean', default: false, usage: 'If true, check the specified action in all namespaces.' } as const;
export const fieldManager4 = { type: 'string', default: 'kubectl-client-side-apply', usage: 'Name of the manager used to track field ownership.' } as const;
export const forceConflicts = { type: 'boolean', default: false, usage: 'If true, server-side apply will force the changes against conflicts.' } as const;
export const pruneAllowlist = { type: 'array', default: [], usage: 'Overwrite the default allowlist with <group/version/kind> for --prune' } as const;
export const serverSide = { type: 'boolean', default: false, usage: 'If true, apply runs in the server instead of the client.' } as const;
export const filename5 = { short: 'f', type: 'list', default: [], usage: 'Filename, directory, or URL to files that contains the last-applied-configuration annotations' } as const;

/** Flags that every command takes. */
export const globalFlags = {
  'as': { type: 'string', default: '', usage: 'Username to impersonate for the operation. User could be a regular user or a service account in a namespace.' },
  'as-group': { type: 'array', default: [], usage: 'Group to impersonate for the operation, this flag can be repeated to specify multiple groups.' },
  'as-uid': { type: 'string', default: '', usage: 'UID to impersonate for the operation.' },
  'cache-dir': { type: 'string', default: '$HOME/.kube/cache', usage: 'Default cache directory' },
  'certificate-authority': { type: 'string', default: '', usage: 'Path to a cert file for the certificate authority' },
  'client-certificate': { type: 'string', default: '', usage: 'Path to a client certificate file for TLS' },
  'client-key': { type: 'string', default: '', usage: 'Path to a client key file for TLS' },
  'cluster': { type: 'string', default: '', usage: 'The name of the kubeconfig cluster to use' },
  'context': { type: 'string', default: '', usage: 'The name of the kubeconfig context to use' },
  'disable-compression': { type: 'boolean', default: false, usage: 'If true, opt-out of response compression for all requests to the server' },
  'insecure-skip-tls-verify': { type: 'boolean', default: false, usage: 'If true, the server\'s certificate will not be checked for validity. This will make your HTTPS connections insecure' },
  'kubeconfig': { type: 'string', default: '', usage: 'Path to the kubeconfig file to use for CLI requests.' },
  'log-flush-frequency': { type: 'duration', default: '5s', usage: 'Maximum number of seconds between log flushes' },
  'match-server-version': { type: 'boolean', default: false, usage: 'Require server version to match client version' },
  'namespace': { short: 'n', type: 'string', default: '', usage: 'If present, the namespace scope for this CLI request' },
  'password': { type: 'string', default: '', usage: 'Password for basic authentication to the API server' },
  'profile': { type: 'string', default: 'none', usage: 'Name of profile to capture. One of (none|cpu|heap|goroutine|threadcreate|block|mutex)' },
  'profile-output': { type: 'string', default: 'profile.pprof', usage: 'Name of the file to write the profile to' },
  'request-timeout': { type: 'string', default: '0', usage: 'The length of time to wait before giving up on a single server request. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value of zero means don\'t timeout requests.' },
  'server': { short: 's', type: 'string', default: '', usage: 'The address and port of the Kubernetes API server' },
  'tls-server-name': { type: 'string', default: '', usage: 'Server name to use for server certificate validation. If it is not provided, the hostname used to contact the server is used' },
  'token': { type: 'string', default: '', usage: 'Bearer token for authentication to the API server' },
  'user': { type: 'string', default: '', usage: 'The name of the kubeconfig user to use' },
  'username': { type: 'string', default: '', usage: 'Username for basic authentication to the API server' },
  'v': { short: 'v', type: 'int', default: 0, usage: 'number for the log level verbosity' },
  'vmodule': { type: 'string', default: '', usage: 'comma-separated list of pattern=N settings for file-filtered logging (only works for the default text log format)' },
  'warnings-as-errors': { type: 'boolean', default: false, usage: 'Treat warnings received from the server as errors and exit with a non-zero exit code' },
} as const;
