/** Installs kubectl, with the documentation's manifests on its shelf. */
import { kubectlWith } from '../shell/kubectl/kubectl.ts';
import { installKubectl } from '../shell/kubectl/late.ts';
import { webPage } from './web.ts';

installKubectl(kubectlWith(webPage));
