import type { Truth } from '#iam/truth.ts'
import type { EvaluationInput } from '../evaluation-input.ts'

/** What NFS clients ask of a file system. https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html */
const OF_CLIENTS: ReadonlySet<string> = new Set(['clientmount', 'clientwrite', 'clientrootaccess'])

/**
 * Whether the default file system policy counts, which gives every client that can connect full access and does not ask who it is: where
 * nobody set another policy (R-OTH-24).
 */
export function isOpenToClients({ question, policies }: EvaluationInput): Truth {
  const { service, name } = question.action
  if (service !== 'elasticfilesystem' || !OF_CLIENTS.has(name)) return false
  return policies.resourcePolicy === undefined ? 'unknown' : policies.resourcePolicy === null
}
