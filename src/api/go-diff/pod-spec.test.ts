import { describe, expect, it } from 'vitest';
import { podSpecDiff } from './pod-spec.ts';

/** A Pod as the server keeps it; the texts below are those of real clusters' answers. */
const volume = {
  name: 'kube-api-access-xg74c',
  projected: {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
  },
};
const spec = (container: object = {}, more: object = {}) => ({
  volumes: [volume],
  containers: [{
    name: 'c', image: 'i', terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File', imagePullPolicy: 'Always', resources: {}, ...container,
  }],
  restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst',
  serviceAccountName: 'default', nodeName: 'n', securityContext: {}, schedulerName: 'default-scheduler',
  ...more,
});
const volumes = '{{Name: "kube-api-access-xg74c", VolumeSource: {Projected: &{Sources: ' +
  '{{ServiceAccountToken: &{ExpirationSeconds: 3607, Path: "token"}}, {ConfigMap: ' +
  '&{LocalObjectReference: {Name: "kube-root-ca.crt"}, Items: {{Key: "ca.crt", Path: "ca.crt"}}}}, ' +
  '{DownwardAPI: &{Items: {{Path: "namespace", FieldRef: &{APIVersion: "v1", FieldPath: ' +
  '"metadata.namespace"}}}}}}, DefaultMode: &420}}}}';
const around = (container: string) => `  core.PodSpec{
  \tVolumes:        ${volumes},
  \tInitContainers: nil,
  \tContainers: []core.Container{
  \t\t{
${container}
  \t\t},
  \t},
  \tEphemeralContainers: nil,
  \tRestartPolicy:       "Always",
  \t... // 29 identical fields
  }
`;

describe('the difference of two PodSpecs', () => {
  it('a long name, of which a part is another', () => {
    const before = spec({}, { nodeName: 'ip-10-66-122-24.ap-southeast-1.compute.internal' });
    const after = spec({}, { nodeName: 'ip-10-66-148-166.ap-southeast-1.compute.internal' });
    expect(podSpecDiff(before, after)).toBe(`  core.PodSpec{
  \t... // 9 identical fields
  \tServiceAccountName:           "default",
  \tAutomountServiceAccountToken: nil,
  \tNodeName: strings.Join({
  \t\t"ip-10-66-1",
- \t\t"22-24",
+ \t\t"48-166",
  \t\t".ap-southeast-1.compute.internal",
  \t}, ""),
  \tSecurityContext:  &{},
  \tImagePullSecrets: nil,
  \t... // 20 identical fields
  }
`);
  });

  it('a list where there was none', () => {
    const after = spec({}, { imagePullSecrets: [{ name: 'ashuimgsec' }] });
    expect(podSpecDiff(spec(), after)).toBe(`  core.PodSpec{
  \t... // 11 identical fields
  \tNodeName:         "n",
  \tSecurityContext:  &{},
- \tImagePullSecrets: nil,
+ \tImagePullSecrets: []core.LocalObjectReference{{Name: "ashuimgsec"}},
  \tHostname:         "",
  \tSubdomain:        "",
  \t... // 18 identical fields
  }
`);
  });

  it.each<[string, object, object, string]>([
    ['a port', { ports: [{ containerPort: 3000, protocol: 'TCP' }] }, { ports: [{ containerPort: 3001, protocol: 'TCP' }] },
      `  \t\t\t... // 3 identical fields
  \t\t\tArgs:       nil,
  \t\t\tWorkingDir: "",
  \t\t\tPorts: []core.ContainerPort{
  \t\t\t\t{
  \t\t\t\t\tName:          "",
  \t\t\t\t\tHostPort:      0,
- \t\t\t\t\tContainerPort: 3000,
+ \t\t\t\t\tContainerPort: 3001,
  \t\t\t\t\tProtocol:      "TCP",
  \t\t\t\t\tHostIP:        "",
  \t\t\t\t},
  \t\t\t},
  \t\t\tEnvFrom: nil,
  \t\t\tEnv:     nil,
  \t\t\t... // 16 identical fields`],
    ['a command',
      { command: ['kube-schedulerrrr', '--a', '--b', '--c', '--d', '--e'] },
      { command: ['kube-scheduler', '--a', '--b', '--c', '--d', '--e'] },
      `  \t\t\tName:  "c",
  \t\t\tImage: "i",
  \t\t\tCommand: []string{
- \t\t\t\t"kube-schedulerrrr",
+ \t\t\t\t"kube-scheduler",
  \t\t\t\t"--a",
  \t\t\t\t"--b",
  \t\t\t\t... // 3 identical elements
  \t\t\t},
  \t\t\tArgs:       nil,
  \t\t\tWorkingDir: "",
  \t\t\t... // 19 identical fields`],
    ['an environment where there was none', {},
      { env: [{ name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: 's', key: 'POSTGRES_PASSWORD' } } }] },
      `  \t\t\t... // 5 identical fields
  \t\t\tPorts:   nil,
  \t\t\tEnvFrom: nil,
- \t\t\tEnv:     nil,
+ \t\t\tEnv: []core.EnvVar{
+ \t\t\t\t{
+ \t\t\t\t\tName:      "POSTGRES_PASSWORD",
+ \t\t\t\t\tValueFrom: &core.EnvVarSource{SecretKeyRef: &core.SecretKeySelector{...}},
+ \t\t\t\t},
+ \t\t\t},
  \t\t\tResources:    {},
  \t\t\tResizePolicy: nil,
  \t\t\t... // 14 identical fields`],
  ])('%s', (_, before, after, text) => {
    expect(podSpecDiff(spec(before), spec(after))).toBe(around(text));
  });

  it.each<[string, object, object, string]>([
    ['more of a resource', { requests: { cpu: '20' } }, { requests: { cpu: '100m' } }, `  \t\t\t\tLimits:   nil,
- \t\t\t\tRequests: core.ResourceList{s"cpu": {i: resource.int64Amount{value: 20}, s: "20", Format: "DecimalSI"}},
+ \t\t\t\tRequests: core.ResourceList{
+ \t\t\t\t\ts"cpu": {i: resource.int64Amount{value: 100, scale: -3}, s: "100m", Format: "DecimalSI"},
+ \t\t\t\t},
  \t\t\t\tClaims: nil,`],
    ['of both', { limits: { cpu: '500m' }, requests: { cpu: '500m' } }, { limits: { cpu: '700m' }, requests: { cpu: '400m' } },
      ['Limits', 'Requests'].map((name, i) => `- \t\t\t\t${name}: core.ResourceList{
- \t\t\t\t\ts"cpu": {i: resource.int64Amount{value: 500, scale: -3}, s: "500m", Format: "DecimalSI"},
- \t\t\t\t},
+ \t\t\t\t${name}: core.ResourceList{
+ \t\t\t\t\ts"cpu": {i: resource.int64Amount{value: ${['700', '400'][i]}, scale: -3}, s: "${['700m', '400m'][i]}", Format: "DecimalSI"},
+ \t\t\t\t},
`).join('') + '  \t\t\t\tClaims: nil,'],
  ])('%s', (_, before, after, text) => {
    expect(podSpecDiff(spec({ resources: before }), spec({ resources: after }))).toBe(
      around(`  \t\t\t... // 6 identical fields
  \t\t\tEnvFrom: nil,
  \t\t\tEnv:     nil,
  \t\t\tResources: core.ResourceRequirements{
${text}
  \t\t\t},
  \t\t\tResizePolicy:  nil,
  \t\t\tRestartPolicy: nil,
  \t\t\t... // 13 identical fields`));
  });

  it('what is shared with the node is in the security context', () => {
    const text = podSpecDiff(spec(), spec({}, { hostNetwork: true }));
    expect(text).toContain('\tSecurityContext: &core.PodSecurityContext{\n- \t\tHostNetwork: false,\n+ \t\tHostNetwork: true,\n');
  });
});
