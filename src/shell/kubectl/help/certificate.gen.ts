// Recorded from kubectl v1.33.1 by tests/kubectl/record-help.mjs; do not edit.
import * as flag from './flags.gen.ts';

export const certificateHelp = {
  name: 'certificate',
  short: 'Modify certificate resources',
  long: 'Modify certificate resources.',
  examples: '',
  usage: 'kubectl certificate SUBCOMMAND [options]',
  flags: {
  },
  children: {
    'approve': {
      name: 'approve',
      short: 'Approve a certificate signing request',
      long: `Approve a certificate signing request.

 kubectl certificate approve allows a cluster admin to approve a certificate signing request (CSR). This action tells a certificate signing controller to issue a certificate to the requester with the attributes requested in the CSR.

 SECURITY NOTICE: Depending on the requested attributes, the issued certificate can potentially grant a requester access to cluster resources or to authenticate as a requested identity. Before approving a CSR, ensure you understand what the signed certificate can do.`,
      examples: `  # Approve CSR 'csr-sqgzp'
  kubectl certificate approve csr-sqgzp`,
      usage: 'kubectl certificate approve (-f FILENAME | NAME) [options]',
      flags: {
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'filename': flag.filename4,
        'force': { type: 'boolean', default: false, usage: 'Update the CSR even if it is already approved.' },
        'kustomize': flag.kustomize,
        'output': flag.output,
        'recursive': flag.recursive,
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
      },
    },
    'deny': {
      name: 'deny',
      short: 'Deny a certificate signing request',
      long: `Deny a certificate signing request.

 kubectl certificate deny allows a cluster admin to deny a certificate signing request (CSR). This action tells a certificate signing controller to not to issue a certificate to the requester.`,
      examples: `  # Deny CSR 'csr-sqgzp'
  kubectl certificate deny csr-sqgzp`,
      usage: 'kubectl certificate deny (-f FILENAME | NAME) [options]',
      flags: {
        'allow-missing-template-keys': flag.allowMissingTemplateKeys,
        'filename': flag.filename4,
        'force': { type: 'boolean', default: false, usage: 'Update the CSR even if it is already denied.' },
        'kustomize': flag.kustomize,
        'output': flag.output,
        'recursive': flag.recursive,
        'show-managed-fields': flag.showManagedFields,
        'template': flag.template,
      },
    },
  },
} as const;
