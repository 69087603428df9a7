/** What containers do: one literal an image. */
import type { Image } from '../host/runtime/index.ts';
import { agnhost, livenessImage, serveHostnameImage } from './agnhost.ts';
import { alpine, busybox, debian, e2eBusybox, k8sBusybox } from './busybox.ts';
import { type ImageDefinition, type ImagePrograms, imagesOf } from './define-image.ts';
import { httpd } from './httpd.ts';
import { nginx, nginxSlim } from './nginx.ts';
import { pause } from './pause.ts';
import { perl } from './perl.ts';
import { guestbookFollower, redis } from './redis.ts';
import {
  echoServerImage,
  etcdExample,
  goProxy,
  helloAppImage,
  helloAppNew,
  hpaExampleImage,
  httpEcho,
  kubernetesBootcamp,
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
  redis,
  guestbookFollower,
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
