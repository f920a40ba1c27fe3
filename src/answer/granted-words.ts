import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import { whenText } from './access-words.ts'

const MAX_LISTED = 3

/** A set of requests on one line: `s3:PutObject on arn:…/releases/*, if aws:SourceVpce is vpce-1`. */
export function grantedText(set: AccessSet): string {
  const { principals } = set
  const who = principals.includes('*') || principals.length === 0 ? '' : ` by ${some(principals)}`
  const when = whenText(set)
  const except = (set.except ?? []).filter(
    ({ actions, conditions }) => isOther(actions, set) && conditions.length === 0,
  )
  const less = except.length === 0 ? '' : `, except ${some(except.flatMap(({ actions }) => actions))}`
  return `${some(set.actions)} on ${some(set.resources)}${who}${less}${when === '' ? '' : `, ${when}`}`
}

/** The text of an access set where there is little room: what is left out is said to be. */
export function shortGrantedText(set: AccessSet): string {
  const whole = grantedText(set)
  if (whole.length <= SHORT) return whole
  const { principals, except = [], conditions } = set
  const who = principals.includes('*') || principals.length === 0 ? '' : ` by ${some(principals)}`
  const left = [...(except.length > 0 ? ['exceptions'] : []), ...(conditions.length > 0 ? ['conditions'] : [])]
  const head = `${some(set.actions)} on ${some(set.resources)}${who}`
  return left.length === 0 ? head : `${head}, with ${left.join(' and ')}`
}

const SHORT = 200

const isOther = (actions: readonly string[], set: AccessSet): boolean => actions.join() !== set.actions.join()

function some(values: readonly string[]): string {
  const more = values.length - MAX_LISTED
  return `${values.slice(0, MAX_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** A request by what tells it apart: action, resource, and who asks. */
export const requestText = ({ action, resource, principal }: Request): string =>
  `${action} on ${resource === null ? 'a resource that is not known' : [resource].flat().join(', ')} as ${principal}`
