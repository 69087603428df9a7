// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const configHelp = {
  name: 'config',
  short: 'Modify kubeconfig files',
  long: `Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".

 The loading order follows these rules:

  1.  If the --kubeconfig flag is set, then only that file is loaded. The flag may only be set once and no merging takes place.
  2.  If $KUBECONFIG environment variable is set, then it is used as a list of paths (normal path delimiting rules for your system). These paths are merged. When a value is modified, it is modified in the file that defines the stanza. When a value is created, it is created in the first file that exists. If no files in the chain exist, then it creates the last file in the list.
  3.  Otherwise, \${HOME}/.kube/config is used and no merging takes place.`,
  examples: '',
  usage: 'kubectl config SUBCOMMAND [options]',
  flags: {
  },
  children: {
    'current-context': {
      name: 'current-context',
      short: 'Display the current-context',
      long: 'Display the current-context.',
      examples: `  # Display the current-context
  kubectl config current-context`,
      usage: 'kubectl config current-context [flags] [options]',
      flags: {
      },
    },
    'delete-cluster': {
      name: 'delete-cluster',
      short: 'Delete the specified cluster from the kubeconfig',
      long: 'Delete the specified cluster from the kubeconfig.',
      examples: `  # Delete the minikube cluster
  kubectl config delete-cluster minikube`,
      usage: 'kubectl config delete-cluster NAME [options]',
      flags: {
      },
    },
    'delete-context': {
      name: 'delete-context',
      short: 'Delete the specified context from the kubeconfig',
      long: 'Delete the specified context from the kubeconfig.',
      examples: `  # Delete the context for the minikube cluster
  kubectl config delete-context minikube`,
      usage: 'kubectl config delete-context NAME [options]',
      flags: {
      },
    },
    'delete-user': {
      name: 'delete-user',
      short: 'Delete the specified user from the kubeconfig',
      long: 'Delete the specified user from the kubeconfig.',
      examples: `  # Delete the minikube user
  kubectl config delete-user minikube`,
      usage: 'kubectl config delete-user NAME [options]',
      flags: {
      },
    },
    'get-clusters': {
      name: 'get-clusters',
      short: 'Display clusters defined in the kubeconfig',
      long: 'Display clusters defined in the kubeconfig.',
      examples: `  # List the clusters that kubectl knows about
  kubectl config get-clusters`,
      usage: 'kubectl config get-clusters [flags] [options]',
      flags: {
      },
    },
    'get-contexts': {
      name: 'get-contexts',
      short: 'Describe one or many contexts',
      long: 'Display one or many contexts from the kubeconfig file.',
      examples: `  # List all the contexts in your kubeconfig file
  kubectl config get-contexts
  
  # Describe one context in your kubeconfig file
  kubectl config get-contexts my-context`,
      usage: 'kubectl config get-contexts [(-o|--output=)name)] [options]',
      flags: {
        'no-headers': flag.noHeaders,
        'output': { short: 'o', type: 'string', default: '', usage: 'Output format. One of: (name).' },
      },
    },
    'get-users': {
      name: 'get-users',
      short: 'Display users defined in the kubeconfig',
      long: 'Display users defined in the kubeconfig.',
      examples: `  # List the users that kubectl knows about
  kubectl config get-users`,
      usage: 'kubectl config get-users [flags] [options]',
      flags: {
      },
    },
    'rename-context': {
      name: 'rename-context',
      short: 'Rename a context from the kubeconfig file',
      long: `Renames a context from the kubeconfig file.

 CONTEXT_NAME is the context name that you want to change.

 NEW_NAME is the new name you want to set.

 Note: If the context being renamed is the 'current-context', this field will also be updated.`,
      examples: `  # Rename the context 'old-name' to 'new-name' in your kubeconfig file
  kubectl config rename-context old-name new-name`,
      usage: 'kubectl config rename-context CONTEXT_NAME NEW_NAME [options]',
      flags: {
      },
    },
    'set': {
      name: 'set',
      short: 'Set an individual value in a kubeconfig file',
      long: `Set an individual value in a kubeconfig file.

 PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.  Map keys may not contain dots.

 PROPERTY_VALUE is the new value you want to set. Binary fields such as 'certificate-authority-data' expect a base64 encoded string unless the --set-raw-bytes flag is used.

 Specifying an attribute name that already exists will merge new fields on top of existing values.`,
      examples: `  # Set the server field on the my-cluster cluster to https://1.2.3.4
  kubectl config set clusters.my-cluster.server https://1.2.3.4
  
  # Set the certificate-authority-data field on the my-cluster cluster
  kubectl config set clusters.my-cluster.certificate-authority-data $(echo "cert_data_here" | base64 -i -)
  
  # Set the cluster field in the my-context context to my-cluster
  kubectl config set contexts.my-context.cluster my-cluster
  
  # Set the client-key-data field in the cluster-admin user using --set-raw-bytes option
  kubectl config set users.cluster-admin.client-key-data cert_data_here --set-raw-bytes=true`,
      usage: 'kubectl config set PROPERTY_NAME PROPERTY_VALUE [options]',
      flags: {
        'set-raw-bytes': { type: 'boolean', default: false, usage: 'When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.' },
      },
    },
    'set-cluster': {
      name: 'set-cluster',
      short: 'Set a cluster entry in kubeconfig',
      long: `Set a cluster entry in kubeconfig.

 Specifying a name that already exists will merge new fields on top of existing values for those fields.`,
      examples: `  # Set only the server field on the e2e cluster entry without touching other values
  kubectl config set-cluster e2e --server=https://1.2.3.4
  
  # Embed certificate authority data for the e2e cluster entry
  kubectl config set-cluster e2e --embed-certs --certificate-authority=~/.kube/e2e/kubernetes.ca.crt
  
  # Disable cert checking for the e2e cluster entry
  kubectl config set-cluster e2e --insecure-skip-tls-verify=true
  
  # Set the custom TLS server name to use for validation for the e2e cluster entry
  kubectl config set-cluster e2e --tls-server-name=my-cluster-name
  
  # Set the proxy URL for the e2e cluster entry
  kubectl config set-cluster e2e --proxy-url=https://1.2.3.4`,
      usage: 'kubectl config set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com] [options]',
      flags: {
        'certificate-authority': { type: 'string', default: '', usage: 'Path to certificate-authority file for the cluster entry in kubeconfig' },
        'embed-certs': { type: 'boolean', default: false, usage: 'embed-certs for the cluster entry in kubeconfig' },
        'insecure-skip-tls-verify': { type: 'boolean', default: false, usage: 'insecure-skip-tls-verify for the cluster entry in kubeconfig' },
        'proxy-url': { type: 'string', default: '', usage: 'proxy-url for the cluster entry in kubeconfig' },
        'server': { type: 'string', default: '', usage: 'server for the cluster entry in kubeconfig' },
        'tls-server-name': { type: 'string', default: '', usage: 'tls-server-name for the cluster entry in kubeconfig' },
      },
    },
    'set-context': {
      name: 'set-context',
      short: 'Set a context entry in kubeconfig',
      long: `Set a context entry in kubeconfig.

 Specifying a name that already exists will merge new fields on top of existing values for those fields.`,
      examples: `  # Set the user field on the gce context entry without touching other values
  kubectl config set-context gce --user=cluster-admin`,
      usage: 'kubectl config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace] [options]',
      flags: {
        'cluster': { type: 'string', default: '', usage: 'cluster for the context entry in kubeconfig' },
        'current': { type: 'boolean', default: false, usage: 'Modify the current context' },
        'namespace': { type: 'string', default: '', usage: 'namespace for the context entry in kubeconfig' },
        'user': { type: 'string', default: '', usage: 'user for the context entry in kubeconfig' },
      },
    },
    'set-credentials': {
      name: 'set-credentials',
      short: 'Set a user entry in kubeconfig',
      long: `Set a user entry in kubeconfig.

 Specifying a name that already exists will merge new fields on top of existing values.

        Client-certificate flags:
        --client-certificate=certfile --client-key=keyfile
        
        Bearer token flags:
        --token=bearer_token
        
        Basic auth flags:
        --username=basic_user --password=basic_password
        
 Bearer token and basic auth are mutually exclusive.`,
      examples: `  # Set only the "client-key" field on the "cluster-admin"
  # entry, without touching other values
  kubectl config set-credentials cluster-admin --client-key=~/.kube/admin.key
  
  # Set basic auth for the "cluster-admin" entry
  kubectl config set-credentials cluster-admin --username=admin --password=uXFGweU9l35qcif
  
  # Embed client certificate data in the "cluster-admin" entry
  kubectl config set-credentials cluster-admin --client-certificate=~/.kube/admin.crt --embed-certs=true
  
  # Enable the Google Compute Platform auth provider for the "cluster-admin" entry
  kubectl config set-credentials cluster-admin --auth-provider=gcp
  
  # Enable the OpenID Connect auth provider for the "cluster-admin" entry with additional arguments
  kubectl config set-credentials cluster-admin --auth-provider=oidc --auth-provider-arg=client-id=foo --auth-provider-arg=client-secret=bar
  
  # Remove the "client-secret" config value for the OpenID Connect auth provider for the "cluster-admin" entry
  kubectl config set-credentials cluster-admin --auth-provider=oidc --auth-provider-arg=client-secret-
  
  # Enable new exec auth plugin for the "cluster-admin" entry
  kubectl config set-credentials cluster-admin --exec-command=/path/to/the/executable --exec-api-version=client.authentication.k8s.io/v1beta1
  
  # Enable new exec auth plugin for the "cluster-admin" entry with interactive mode
  kubectl config set-credentials cluster-admin --exec-command=/path/to/the/executable --exec-api-version=client.authentication.k8s.io/v1beta1 --exec-interactive-mode=Never
  
  # Define new exec auth plugin arguments for the "cluster-admin" entry
  kubectl config set-credentials cluster-admin --exec-arg=arg1 --exec-arg=arg2
  
  # Create or update exec auth plugin environment variables for the "cluster-admin" entry
  kubectl config set-credentials cluster-admin --exec-env=key1=val1 --exec-env=key2=val2
  
  # Remove exec auth plugin environment variables for the "cluster-admin" entry
  kubectl config set-credentials cluster-admin --exec-env=var-to-remove-`,
      usage: 'kubectl config set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value] [options]',
      flags: {
        'auth-provider': { type: 'string', default: '', usage: 'Auth provider for the user entry in kubeconfig' },
        'auth-provider-arg': { type: 'list', default: [], usage: '\'key=value\' arguments for the auth provider' },
        'client-certificate': { type: 'string', default: '', usage: 'Path to client-certificate file for the user entry in kubeconfig' },
        'client-key': { type: 'string', default: '', usage: 'Path to client-key file for the user entry in kubeconfig' },
        'embed-certs': { type: 'boolean', default: false, usage: 'Embed client cert/key for the user entry in kubeconfig' },
        'exec-api-version': { type: 'string', default: '', usage: 'API version of the exec credential plugin for the user entry in kubeconfig' },
        'exec-arg': { type: 'array', default: [], usage: 'New arguments for the exec credential plugin command for the user entry in kubeconfig' },
        'exec-command': { type: 'string', default: '', usage: 'Command for the exec credential plugin for the user entry in kubeconfig' },
        'exec-env': { type: 'array', default: [], usage: '\'key=value\' environment values for the exec credential plugin' },
        'exec-interactive-mode': { type: 'string', default: '', usage: 'InteractiveMode of the exec credentials plugin for the user entry in kubeconfig' },
        'exec-provide-cluster-info': { type: 'boolean', default: false, usage: 'ProvideClusterInfo of the exec credentials plugin for the user entry in kubeconfig' },
        'password': { type: 'string', default: '', usage: 'password for the user entry in kubeconfig' },
        'token': { type: 'string', default: '', usage: 'token for the user entry in kubeconfig' },
        'username': { type: 'string', default: '', usage: 'username for the user entry in kubeconfig' },
      },
    },
    'unset': {
      name: 'unset',
      short: 'Unset an individual value in a kubeconfig file',
      long: `Unset an individual value in a kubeconfig file.

 PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.  Map keys may not contain dots.`,
      examples: `  # Unset the current-context
  kubectl config unset current-context
  
  # Unset namespace in foo context
  kubectl config unset contexts.foo.namespace`,
      usage: 'kubectl config unset PROPERTY_NAME [options]',
      flags: {
      },
    },
    'use-context': {
      name: 'use-context',
      short: 'Set the current-context in a kubeconfig file',
      aliases: ['use'],
      long: 'Set the current-context in a kubeconfig file.',
      examples: `  # Use the context for the minikube cluster
  kubectl config use-context minikube`,
      usage: 'kubectl config use-context CONTEXT_NAME [options]',
      flags: {
      },
    },
    'view': {
      name: 'view',
      short: 'Display merged kubeconfig settings or a specified kubeconfig file',
      long: `Display merged kubeconfig settings or a specified kubeconfig file.

 You can use --output jsonpath={...} to extract specific values using a jsonpath expression.`,
      examples: `  # Show merged kubeconfig settings
  kubectl config view
  
  # Show merged kubeconfig settings, raw certificate data, and exposed secrets
  kubectl config view --raw
  
  # Get the password for the e2e user
  kubectl config view -o jsonpath='{.users[?(@.name == "e2e")].user.password}'`,
      usage: 'kubectl config view [flags] [options]',
      flags: {
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'flatten': { type: 'boolean', default: false, usage: 'Flatten the resulting kubeconfig file into self-contained output (useful for creating portable kubeconfig files)' },
        'merge': { type: 'boolean', default: true, usage: 'Merge the full hierarchy of kubeconfig files' },
        'minify': { type: 'boolean', default: false, usage: 'Remove all information not used by current-context from the output' },
        'output': { short: 'o', type: 'string', default: 'yaml', usage: 'Output format. One of: (json, yaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).' },
        'raw': { type: 'boolean', default: false, usage: 'Display raw byte data and sensitive data' },
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
      },
    },
  },
} as const;
