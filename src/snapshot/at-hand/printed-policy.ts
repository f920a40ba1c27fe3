import { parseArn } from '#iam/arn.ts'
import { field, isObject } from '../fields.ts'
import { isReadable, readJson } from '../json-source.ts'
import { documentFacts, isDocument } from './document-facts.ts'
import type { Content, Piece } from './piece.ts'
import { Reader } from './reader.ts'
import { resourcePolicy } from './resource-forms.ts'

type Path = readonly (string | number)[]

const FORM = 'a policy that the AWS CLI printed'

/**
 * The policies in an output of the AWS CLI whose form is not one of its own here: `get-resource-policy` of most services. Each
 * belongs to the resource whose ARN is next to it, or to the one that its statements name (R-EVID-13).
 */
export function printedPolicies(name: string, text: string): readonly Piece[] {
  const source = readJson(name, text)
  if (!isReadable(source) || !isObject(source.value)) return []
  const { value } = source
  const reader = new Reader(source)
  return policiesIn(value, [], { left: MOST_MEMBERS }).map((path) => ({
    ...contentOf(reader, path),
    file: name,
    form: FORM,
  }))
}

const MOST_MEMBERS = 500
const DEEPEST = 4
const LONGEST = 100_000

/** The paths of the policy documents in a value, as objects or as texts. */
function policiesIn(value: unknown, path: Path, budget: { left: number }): readonly Path[] {
  if (budget.left-- <= 0 || path.length > DEEPEST) return []
  if (isDocument(typeof value === 'string' ? parsed(value) : value)) return [path]
  if (Array.isArray(value)) return value.flatMap((one, i) => policiesIn(one, [...path, i], budget))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, one]) => policiesIn(one, [...path, key], budget))
}

function parsed(text: string): unknown {
  if (!text.startsWith('{') || text.length > LONGEST) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function contentOf(reader: Reader, path: Path): Content {
  const policy = reader.policy(`policy in ${reader.fileName}`, ...path)
  if (!documentFacts(policy.document).hasPrincipal) return { is: 'identity-policy', policy }
  return resourcePolicy(policy, { arn: arnNextTo(reader, path) })
}

/** The ARN among the members next to the policy, or around them, that is not one of IAM. */
function arnNextTo(reader: Reader, path: Path): string | undefined {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const around = reader.at(...path.slice(0, depth))?.value
    if (!isObject(around)) continue
    const arns = Object.keys(around).flatMap((key) => {
      const value = field(around, key)
      return /arn$/i.test(key) && typeof value === 'string' ? [value] : []
    })
    const found = arns.find((arn) => !['iam', 'sts', undefined].includes(parseArn(arn)?.service))
    if (found !== undefined) return found
  }
  return undefined
}
