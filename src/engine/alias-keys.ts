import { type KeyState, PRESENT, several, single } from '#iam/key-state.ts'
import type { ContextSource } from './context-source.ts'

/**
 * Aliases that conditions are held against (R-KMS-08).
 * https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export const requestAlias = ({ action, keyAliases }: ContextSource): KeyState | undefined =>
  action.service === 'kms' && keyAliases?.inRequest !== undefined ? single(keyAliases.inRequest) : undefined

/** The alias that a request names its key by is one of the key's: a list without it is not that of all. */
export function resourceAliases(
  source: ContextSource,
  listed: (key: string) => KeyState | undefined,
): KeyState | undefined {
  const { action, resource, keyAliases } = source
  if (action.service !== 'kms' || resource.kind === 'none' || isAlias(resource)) return undefined
  const named = listed('kms:requestalias') ?? requestAlias(source)
  const all = keyAliases?.all
  const isNamed = named?.state === 'values' || named?.state === 'present'
  const isWhole = named?.state !== 'values' || named.values.every((alias) => all?.includes(alias))
  if (all !== undefined && isWhole && (all.length > 0 || !isNamed)) return several(all)
  return isNamed ? PRESENT : undefined
}

const isAlias = (resource: ContextSource['resource']): boolean =>
  resource.kind === 'arn' && resource.segments[5]?.startsWith('alias/') === true
