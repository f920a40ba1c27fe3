import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import { whenText } from './access-words.ts'

const MAX_LISTED = 3

/** A set of requests on one line: `s3:PutObject on arn:…/releases/*, if aws:SourceVpce is vpce-1`. */
export function grantedText(set: AccessSet): string {
  const { principals } = set
  const who = principals.includes('*') || principals.length === 0 ? '' : ` by ${some(principals.map(principalInWords))}`
  const when = whenText(set)
  // One that is for some principals, under a condition, or not whole itself leaves more granted than it seems.
  const except = (set.except ?? []).filter(
    (cut) =>
      isOther(cut.actions, set) &&
      cut.conditions.length === 0 &&
      cut.principals.includes('*') &&
      (cut.except ?? []).length === 0,
  )
  const cuts = [...new Set(except.flatMap((cut) => exceptWords(cut, set)))]
  const less = cuts.length === 0 ? '' : `, except ${some(cuts)}`
  return `${some(set.actions)} on ${some(set.resources)}${who}${less}${when === '' ? '' : `, ${when}`}`
}

/** What an exception takes out: actions, or, where it takes out all actions of the service, `on` its resources. */
function exceptWords(cut: AccessSet, { actions }: AccessSet): readonly string[] {
  const isOfAll = cut.actions.some((action) => action === '*' || actions.every((each) => isUnder(each, action)))
  return isOfAll && !cut.resources.includes('*') ? [`on ${some(cut.resources)}`] : cut.actions
}

/** Whether `s3:GetObject` is under `s3:*`. */
const isUnder = (action: string, pattern: string): boolean =>
  pattern.endsWith(':*') && action.startsWith(pattern.slice(0, -1))

/** The text of an access set where there is little room: what is left out is said to be. */
export function shortGrantedText(set: AccessSet): string {
  const whole = grantedText(set)
  if (whole.length <= SHORT) return whole
  const { principals, except = [], conditions } = set
  const who = principals.includes('*') || principals.length === 0 ? '' : ` by ${some(principals.map(principalInWords))}`
  const left = [...(except.length > 0 ? ['exceptions'] : []), ...(conditions.length > 0 ? ['conditions'] : [])]
  const head = `${some(set.actions)} on ${some(set.resources)}${who}`
  return left.length === 0 ? head : `${head}, with ${left.join(' and ')}`
}

const SHORT = 200

/** The root user of an account by its account, as the end of its ARN names nobody. */
function principalInWords(principal: string): string {
  const account = /^arn:[^:]*:iam::(\d{12}):root$/.exec(principal)?.[1] ?? ''
  return account === '' ? principal : `the root user of account ${account}`
}

const isOther = (actions: readonly string[], set: AccessSet): boolean => actions.join() !== set.actions.join()

function some(values: readonly string[]): string {
  const more = values.length - MAX_LISTED
  return `${values.slice(0, MAX_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** A request by what tells it apart: action, resource, and who asks. */
export const requestText = ({ action, resource, principal }: Request): string =>
  `${action} on ${resource === null ? 'a resource that is not known' : [resource].flat().join(', ')} as ${principalInWords(principal)}`
