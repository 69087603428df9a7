/** What containers do: one literal an image. */
import type { Image } from '../host/runtime/index.ts';
import { agnhost, livenessImage, serveHostnameImage } from './agnhost.ts';
import {
  alpine,
  bash,
  busybox,
  busyboxPlus,
  debian,
  dnsUtils,
  e2eBusybox,
  googleBusybox,
  k8sBusybox,
  ubuntu,
} from './busybox.ts';
import { type ImageDefinition, type ImagePrograms, imagesOf } from './define-image.ts';
import { guestbookFrontend, oldFrontend, olderFrontend } from './guestbook.ts';
import { helloBackend, helloFrontend } from './hello-tiers.ts';
import { httpd } from './httpd.ts';
import { nginx, nginxSlim } from './nginx.ts';
import { pause } from './pause.ts';
import { perl } from './perl.ts';
import { guestbookFollower, redis } from './redis.ts';
import {
  echoServerImage,
  etcdExample,
  fluentdImage,
  goProxy,
  helloAppImage,
  helloAppNew,
  hpaExampleImage,
  httpEcho,
  kubernetesBootcamp,
  mongo,
  updatedBootcamp,
  nodeHello,
  whoamiImage,
} from './sample-apps.ts';
import { crash, goStress, sick, slowStart, stress } from './teaching.ts';

export { defineImage, type ImageDefinition, type ImagePrograms, imagesOf } from './define-image.ts';

/** Every image that is not part of Kubernetes itself. */
export const imageDefinitions: readonly ImageDefinition[] = [
  pause,
  perl,
  nginx,
  nginxSlim,
  httpd,
  busybox,
  e2eBusybox,
  k8sBusybox,
  alpine,
  debian,
  dnsUtils,
  ubuntu,
  bash,
  googleBusybox,
  busyboxPlus,
  redis,
  guestbookFollower,
  guestbookFrontend,
  oldFrontend,
  olderFrontend,
  helloBackend,
  helloFrontend,
  mongo,
  fluentdImage,
  agnhost,
  livenessImage,
  serveHostnameImage,
  httpEcho,
  echoServerImage,
  whoamiImage,
  helloAppImage,
  helloAppNew,
  nodeHello,
  kubernetesBootcamp,
  updatedBootcamp,
  hpaExampleImage,
  crash,
  slowStart,
  sick,
  stress,
  goStress,
  goProxy,
  etcdExample,
];

/** All of them, for a registry. */
export const workloadImages = (shared: ImagePrograms): Image[] =>
  imageDefinitions.flatMap((definition) => imagesOf(definition, shared));
