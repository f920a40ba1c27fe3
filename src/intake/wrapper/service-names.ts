import { allServices } from '#iam/facts/services.ts'
import { SDK_SERVICE_NAMES } from './sdk-service-names.ts'

/** `Amazon S3`, `DynamoDb`, `SesV2`, `operation error Secrets Manager` → CloudTrail's `eventSource`. */
export function eventSourceOf(name: string): string | null {
  const letters = lettersOf(name)
  const bare = letters.replace(/^(?:amazon|aws)/, '')
  for (const plain of [letters, bare, bare.replace(/v\d$/, '')]) {
    const source = SDK_SERVICE_NAMES.get(plain) ?? prefixesByLetters().get(plain)
    if (source !== undefined) return `${source}.amazonaws.com`
  }
  return null
}

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

let byLetters: ReadonlyMap<string, string> | undefined

/** `acmpca` → `acm-pca`: SDKs write a prefix with other separators. */
function prefixesByLetters(): ReadonlyMap<string, string> {
  byLetters ??= new Map(allServices().map((prefix) => [lettersOf(prefix), prefix]))
  return byLetters
}

/** The event source of an action's service: they differ for CloudWatch alone among those that deny in text. */
export const eventSourceOfAction = (action: string): string => {
  const service = (action.split(':', 1)[0] ?? '').toLowerCase()
  return `${service === 'cloudwatch' ? 'monitoring' : service}.amazonaws.com`
}
