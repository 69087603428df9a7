/**
 * What the first picture does without: kubectl with its texts, and what completes it. Installed by
 * being imported.
 */
import '../world/kubectl.ts';
import { completeKubectl } from './complete-kubectl.ts';
import { offerKubectl } from './complete.ts';

offerKubectl(completeKubectl);
