/** Manifests that lie in the learner's home directory from the start. */
export interface ShelfFile {
  readonly name: string;
  readonly text: string;
}

const nginxDeployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
  labels:
    app: nginx
spec:
  replicas: 3
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: nginx:1.14.2
        ports:
        - containerPort: 80
`;

const nginxService = `apiVersion: v1
kind: Service
metadata:
  name: nginx
spec:
  selector:
    app: nginx
  ports:
  - port: 80
    targetPort: 80
`;

const toolbox = `# A Pod to look around from: kubectl exec -it toolbox -- sh
apiVersion: v1
kind: Pod
metadata:
  name: toolbox
spec:
  containers:
  - name: toolbox
    image: busybox:1.36
    command: ["sleep", "infinity"]
`;

const crashing = `# Exits with an error soon after every start: CrashLoopBackOff
apiVersion: v1
kind: Pod
metadata:
  name: crashing
spec:
  containers:
  - name: main
    image: busybox:1.36
    command: ["sh", "-c", "echo working; sleep 5; echo giving up; exit 1"]
`;

const probes = `# Ready only while /tmp/ready is there; restarted when /tmp/healthy is gone
apiVersion: v1
kind: Pod
metadata:
  name: probes
  labels:
    app: probes
spec:
  containers:
  - name: main
    image: busybox:1.36
    command: ["sh", "-c", "touch /tmp/healthy; sleep 10; touch /tmp/ready; sleep 60; rm /tmp/healthy; sleep 600"]
    readinessProbe:
      exec:
        command: ["cat", "/tmp/ready"]
      periodSeconds: 5
    livenessProbe:
      exec:
        command: ["cat", "/tmp/healthy"]
      initialDelaySeconds: 5
      periodSeconds: 5
`;

export const shelf: readonly ShelfFile[] = [
  { name: 'nginx-deployment.yaml', text: nginxDeployment },
  { name: 'nginx-service.yaml', text: nginxService },
  { name: 'toolbox.yaml', text: toolbox },
  { name: 'crashing.yaml', text: crashing },
  { name: 'probes.yaml', text: probes },
];
