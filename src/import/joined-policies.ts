import { isObject } from '#snapshot/fields.ts'
import { OPEN_TEXT } from '#iam/open-value.ts'
import { notKnown } from './policy-document.ts'
import { sealed } from './seal.ts'

/** The version of a policy that says none (IAM User Guide, "IAM JSON policy elements: Version"). */
const FIRST_VERSION = '2008-10-17'

/**
 * Several policies of one resource as one: all of them apply, so their statements stand one after the other. `further`
 * stands for those that the file does not hold. A policy that is not known, or no object, stands as a statement that is not
 * known. The version decides whether variables are read, so of two versions nothing is known.
 */
export function joinedPolicies(documents: readonly unknown[], further?: string): unknown {
  const [only] = documents
  if (documents.length === 1 && further === undefined) return only
  // Only a text with `${` is read in two ways.
  const said = documents
    .filter(isObject)
    .filter((document) => JSON.stringify(document['Statement'] ?? null).includes('${'))
  const versions = new Set(said.map((one) => one['Version'] ?? FIRST_VERSION))
  if (versions.size > 1) return notKnown(sealed('policies of one resource in several versions', documents))
  const [version = '2012-10-17'] = versions
  return {
    Version: version,
    Statement: [...documents.flatMap(statementsOf), ...(further === undefined ? [] : [notKnown(further)])],
  }
}

function statementsOf(document: unknown): readonly unknown[] {
  if (typeof document === 'string')
    return [document.startsWith(OPEN_TEXT) ? document : notKnown(sealed('a policy that is no JSON', document))]
  const statement = isObject(document) ? document['Statement'] : undefined
  if (statement === undefined) return [notKnown(sealed('a policy without statements', document))]
  return Array.isArray(statement) ? (statement as unknown[]) : [statement]
}
