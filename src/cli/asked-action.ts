import { parseArn } from '#iam/arn.ts'
import { actionsOf, canonicalAction, isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { allServices, isService } from '#iam/facts/services.ts'
import { UserError } from '../errors.ts'
import { nearest } from './nearest.ts'

/** Known action in IAM's spelling; anything else is told with the nearest name. */
export function knownAction(text: string): string {
  const action = canonicalAction(text.trim())
  if (action !== undefined) return action
  checkActionForm(text)
  const service = text.slice(0, text.indexOf(':')).toLowerCase()
  if (!isService(service)) {
    const near = nearest(service, allServices())
    const hint = near === undefined ? ACTION_FORM : `did you mean \`${near}\`?`
    throw new UserError('usage/unknown-action', `there is no service \`${service}\` in \`${text}\``, hint)
  }
  const near = nearestName(text.slice(service.length + 1), actionsOf(service))
  throw new UserError(
    'usage/unknown-action',
    `\`${text}\` is no action we know`,
    near === undefined
      ? `see the actions of ${service} in AWS's Service Authorization Reference`
      : `did you mean \`${service}:${near}\`?`,
  )
}

const ACTION_FORM = 'an action is SERVICE:Name, such as s3:GetObject'

/** A name without its service is nobody's action, and a pattern is that of several. */
export function checkActionForm(text: string): void {
  if (text.includes('*') || text.includes('?'))
    throw new UserError(
      'usage/unknown-action',
      `\`${text}\` stands for several actions`,
      'ask for one action at a time',
    )
  if (text.indexOf(':') <= 0 || /[\s,]/.test(text.trim()) || text.trim().endsWith(':'))
    throw new UserError('usage/unknown-action', `\`${text}\` is no action`, ACTION_FORM)
}

/** Names are compared without case. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const byLower = new Map(known.map((one) => [one.toLowerCase(), one]))
  const near = nearest(name.toLowerCase(), [...byLower.keys()])
  return near === undefined ? undefined : byLower.get(near)
}

/** The resource of an action: an ARN, or `*` for an action that has none, which need not be said. */
export function askedResource(action: string, text: string | undefined): string {
  const hasNone = isWildcardOnlyAction(action) === true
  if (text === undefined) {
    if (hasNone) return '*'
    throw new UserError('usage/missing-operand', `\`${action}\` needs a resource`, 'give its ARN')
  }
  if (text === '*') {
    if (hasNone) return text
    throw new UserError('usage/not-an-arn', `\`${action}\` is asked of a resource, not of \`*\``, 'give an ARN')
  }
  checkArn(text)
  return text
}

export function checkArn(text: string): void {
  if (parseArn(text) === undefined)
    throw new UserError(
      'usage/not-an-arn',
      `\`${text}\` is no ARN`,
      'give a whole ARN, such as arn:aws:s3:::bucket/key',
    )
}
