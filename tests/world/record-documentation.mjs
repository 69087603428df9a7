/**
 * Writes src/world/documentation.json: the objects of the documentation's manifests that
 * `kubectl apply -f https://k8s.io/examples/…` finds, out of the recorded ones in
 * tests/golden/examples-dryrun.jsonl. Objects only: no comments, none with long scripts.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const wanted = `
application/deployment.yaml application/deployment-update.yaml application/deployment-scale.yaml
application/deployment-patch.yaml application/deployment-retainkeys.yaml application/simple_deployment.yaml
application/update_deployment.yaml application/nginx-app.yaml application/nginx-with-request.yaml
application/php-apache.yaml application/hpa/php-apache.yaml application/shell-demo.yaml
application/guestbook/* application/job/cronjob.yaml application/job/indexed-job.yaml
application/mongodb/* application/mysql/mysql-pv.yaml application/mysql/mysql-deployment.yaml
application/mysql/mysql-services.yaml application/mysql/mysql-configmap.yaml application/web/*
application/wordpress/* application/ssa/* application/cassandra/cassandra-service.yaml
controllers/daemonset.yaml controllers/frontend.yaml controllers/hpa-rs.yaml controllers/job.yaml
controllers/nginx-deployment.yaml controllers/replicaset.yaml controllers/replication.yaml
controllers/fluentd-daemonset.yaml controllers/fluentd-daemonset-update.yaml
debug/counter-pod.yaml debug/termination.yaml
pods/simple-pod.yaml pods/commands.yaml pods/init-containers.yaml pods/lifecycle-events.yaml
pods/config/* pods/inject/* pods/pod-configmap* pods/pod-single-configmap-env-variable.yaml
pods/pod-multiple-configmap-env-variable.yaml pods/pod-nginx* pods/pod-with-*
pods/private-reg-pod.yaml pods/probe/exec-liveness.yaml pods/probe/http-liveness.yaml
pods/probe/tcp-liveness-readiness.yaml pods/probe/grpc-liveness.yaml pods/qos/* pods/resource/*
pods/security/security-context* pods/share-process-namespace.yaml pods/storage/pv-*
pods/storage/redis.yaml pods/storage/projected.yaml pods/topology-spread-constraints/*
pods/two-container-pod.yaml admin/namespace-dev.json admin/namespace-prod.json
admin/namespace-dev.yaml admin/namespace-prod.yaml admin/dns/dnsutils.yaml admin/dns/busybox.yaml
admin/resource/* admin/sched/pod* policy/zookeeper-pod-disruption-budget* service/access/*
service/load-balancer-example.yaml service/nginx-service.yaml service/networking/run-my-nginx.yaml
service/networking/nginx-svc.yaml service/networking/networkpolicy.yaml
service/networking/network-policy-* service/networking/nginx-policy.yaml
service/networking/minimal-ingress.yaml service/networking/simple-fanout-example.yaml
service/networking/name-virtual-host-ingress.yaml service/networking/test-ingress.yaml
service/networking/tls-example-ingress.yaml service/networking/hostaliases-pod.yaml
service/networking/custom-dns.yaml service/networking/curlpod.yaml
service/networking/example-ingress.yaml service/pod-with-graceful-termination.yaml
service/explore-graceful-termination-nginx.yaml
admin/snowflake-deployment.yaml policy/priority-class-resourcequota.yaml
secret/serviceaccount/mysecretname.yaml configmap/* pods/pod-projected-svc-token.yaml
pods/user-namespaces-stateless.yaml security/example-baseline-pod.yaml application/nginx/*
pods/pod-rs.yaml policy/baseline-psp.yaml application/job/redis/redis-*
application/zookeeper/zookeeper.yaml application/cassandra/cassandra-statefulset.yaml
pods/security/seccomp/ga/* service/networking/default-ingressclass.yaml access/endpoints-aggregated.yaml
service/networking/nginx-secure-app.yaml application/deployment-sidecar.yaml
application/job/job-sidecar.yaml application/job/redis/* application/job/rabbitmq/*
controllers/daemonset-label-selector.yaml controllers/job-* controllers/replication-nginx-*
service/networking/external-lb.yaml service/networking/ingress-resource-backend.yaml
service/networking/ingress-wildcard-host.yaml service/networking/networkpolicy-multiport-egress.yaml
service/networking/name-virtual-host-ingress-no-third-host.yaml admin/logging/two-files-counter-pod*
pods/probe/pod-with-* application/job/job-tmpl.yaml
`.trim().split(/\s+/);
/** Where the recording put what has another namespace of its own. */
const elsewhere = {
  'controllers/daemonset.yaml': 'kube-system',
  'controllers/fluentd-daemonset.yaml': 'kube-system',
  'controllers/fluentd-daemonset-update.yaml': 'kube-system',
  ...Object.fromEntries(
    ['', '-2', '-3', '-4', '-5'].map((end) => [`pods/qos/qos-pod${end}.yaml`, 'qos-example']),
  ),
  'pods/resource/cpu-request-limit.yaml': 'cpu-example',
  'pods/resource/cpu-request-limit-2.yaml': 'cpu-example',
  'pods/resource/memory-request-limit.yaml': 'mem-example',
  'pods/resource/memory-request-limit-2.yaml': 'mem-example',
  'pods/resource/memory-request-limit-3.yaml': 'mem-example',
  ...Object.fromEntries(
    [
      'admin/dns/busybox', 'admin/dns/dnsutils', 'configmap/configmap-multikeys',
      'configmap/configmaps', 'service/networking/custom-dns',
      'service/networking/networkpolicy-multiport-egress', 'service/networking/networkpolicy',
    ].map((name) => [`${name}.yaml`, 'default']),
  ),
};
const isWanted = (path) => wanted.some((one) =>
  (one.includes('*') ? path.startsWith(one.slice(0, one.indexOf('*'))) : path === one));
const here = (path) => new URL(path, import.meta.url);

const found = {};
const rows = readFileSync(here('../golden/examples-dryrun.jsonl'), 'utf8').trim().split('\n');
for (const { src, i, in: object } of rows.map((row) => JSON.parse(row))) {
  const path = /^website:content\/en\/examples\/(.*)$/.exec(src)?.[1];
  if (path === undefined || object === undefined || !isWanted(path)) continue;
  // The recording put what has no namespace into one of its own.
  if (object.metadata?.namespace === 'golden') delete object.metadata.namespace;
  if (elsewhere[path] !== undefined) object.metadata.namespace = elsewhere[path];
  (found[path] ??= [])[i] = object;
}
// Every document of a file, or none of it.
for (const [path, list] of Object.entries(found)) {
  if (list.includes(undefined) || JSON.stringify(list).length > 6000) delete found[path];
}
const lines = Object.keys(found).sort().map((path) => `${JSON.stringify(path)}:${JSON.stringify(found[path])}`);
writeFileSync(here('../../src/world/documentation.json'), `{\n${lines.join(',\n')}\n}\n`);
console.log(`${lines.length} files, ${lines.join().length} bytes`);
