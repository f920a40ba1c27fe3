/**
 * What a session's ARN leaves open of its role. R-PRIN-03, R-PRIN-04, R-PRIN-07, R-PRIN-09, R-PM-05.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
import { matchGlob } from './glob.ts'

/** Where the role may stand: what its ARN begins with, then perhaps more of a path, then its name. */
interface Place {
  readonly begin: string
  readonly name: string
  /** An ordinary role may be where its ARN begins, or under any path; that of a service is under the service. */
  readonly without: boolean
  readonly onePart: boolean
}

function placeOf(role: string): Place {
  const [begin = '', name = ''] = role.split(/(?<=:role\/)/)
  if (name.startsWith('AWSReservedSSO_'))
    return { begin: `${begin}aws-reserved/sso.amazonaws.com/`, name, without: true, onePart: true }
  if (name.startsWith('AWSServiceRoleFor'))
    return { begin: `${begin}aws-service-role/`, name, without: false, onePart: true }
  return { begin, name, without: true, onePart: false }
}

/**
 * The ARNs that a value must fit to fit the role for sure, or to leave it out: an ordinary one may stand under any path, which its
 * session's ARN does not tell (R-PRIN-04, R-UNK-04). No policy writes the part that is made up here.
 */
export function formsOf(role: string): readonly string[] {
  const { begin, name, without, onePart } = placeOf(role)
  const madeUp = ['\uE001', '\uE001'.repeat(200), ...(onePart ? [] : ['\uE001/\uE001'])]
  return [...(without ? [begin + name] : []), ...madeUp.map((part) => `${begin}${part}/${name}`)]
}

/**
 * The text can be cut into what the ARN begins with, more of a path that ends in a slash, and the role's name. Where a star
 * is cut, both sides have it. Letter case does not count: STS echoes the caller's.
 */
export function mayBeTheRole(text: string, role: string): boolean {
  const { begin, name, onePart } = placeOf(role)
  const fits = (part: string, value: string): boolean => matchGlob(part.toLowerCase(), value.toLowerCase())
  const isPath = (path: string): boolean => /[*?/]$/.test(path) && !(onePart && path.slice(0, -1).includes('/'))
  return cuts(text).some(
    ([left, end]) => fits(end, name) && cuts(left).some(([start, path]) => fits(start, begin) && isPath(path)),
  )
}

const cuts = (text: string): (readonly [string, string])[] =>
  [...text, ''].flatMap((character, i) => [
    [text.slice(0, i), text.slice(i)] as const,
    ...(character === '*' ? [[text.slice(0, i + 1), text.slice(i)] as const] : []),
  ])

/** An ARN without wildcards: it may be the role's where the role may have that path, or none; no session's ARN says which. */
export function isTheRole(arn: string, role: string): boolean | 'unknown' {
  const forms = formsOf(role).map((form) => form.toLowerCase())
  return mayBeTheRole(arn, role) || forms.includes(arn.toLowerCase()) ? 'unknown' : false
}
