/**
 * What `kubectl apply -f https://…` finds: manifests of the documentation's tutorials, under the
 * addresses that they have there. A world has no other web.
 */
import { isMetricsServer, metricsServerManifest } from './metrics-server-manifest.ts';
import { shelf } from './shelf.ts';

const deployment = (replicas: number, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
spec:
  selector:
    matchLabels:
      app: nginx
  replicas: ${replicas}
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: ${image}
        ports:
        - containerPort: 80
`;

const simplePod = `apiVersion: v1
kind: Pod
metadata:
  name: nginx
spec:
  containers:
  - name: nginx
    image: nginx:1.14.2
    ports:
    - containerPort: 80
`;

/** By path below k8s.io/examples. */
const examples: Readonly<Record<string, string | undefined>> = {
  'controllers/nginx-deployment.yaml': shelf.find(({ name }) => name === 'nginx-deployment.yaml')
    ?.text,
  'application/deployment.yaml': deployment(2, 'nginx:1.14.2'),
  'application/deployment-update.yaml': deployment(2, 'nginx:1.16.1'),
  'application/deployment-scale.yaml': deployment(4, 'nginx:1.16.1'),
  'pods/simple-pod.yaml': simplePod,
};

/** The manifest at an address; undefined where there is none. */
export function webPage(url: string): string | undefined {
  if (isMetricsServer(url)) return metricsServerManifest;
  const path = /^https?:\/\/k8s\.io\/examples\/(.+)$/.exec(url)?.[1];
  return path === undefined ? undefined : examples[path];
}
