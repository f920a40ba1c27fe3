import type { Denial } from '#http/wire.ts'

/** Whether this is a denial by the API server of Kubernetes, which no IAM policy makes (docs/guide/kubernetes-rbac.md). */
export const isKubernetes = ({ kind, details = {} }: Denial): boolean =>
  kind === 'other' && typeof details['user'] === 'string' && typeof details['verb'] === 'string'
