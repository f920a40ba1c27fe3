import { groupOf, type PolicyLocation } from './policy-location.ts'

/** Words for what is done to an attachment, to go on after "it": `attach managed policy … to role … again`. */
export function attachmentWords(location: PolicyLocation): string {
  const { layer, on, arn, attachment, group } = location
  const isBack = attachment === 'attach'
  const [kind, holder] = holderNameOf(on)
  const name = withoutGroup(location.name)
  if (group !== undefined)
    return isBack
      ? `put user \`${holder}\` back in group \`${group}\``
      : `take user \`${holder}\` out of group \`${group}\``
  if (layer === 'permissions-boundary')
    return isBack
      ? `set the permissions boundary of ${kind} \`${holder}\` to \`${name}\` again`
      : `take the permissions boundary \`${name}\` off ${kind} \`${holder}\``
  if (layer !== 'identity-policy') {
    const what = layer === 'service-control-policy' ? 'service control policy' : 'resource control policy'
    return isBack ? `attach ${what} \`${name}\` to ${on} again` : `detach ${what} \`${name}\` from ${on}`
  }
  const ofGroup = groupOf(location.name)
  const to = ofGroup === undefined ? `${kind} \`${holder}\`` : `group \`${ofGroup}\``
  if (arn === undefined) return `delete inline policy \`${name}\` of ${to}`
  return isBack ? `attach managed policy \`${name}\` to ${to} again` : `detach managed policy \`${name}\` from ${to}`
}

/** `reader (group devs)` → `reader` */
export const withoutGroup = (name: string): string =>
  groupOf(name) === undefined ? name : name.slice(0, name.lastIndexOf(' (group '))

/** `user` or `role`, and its name without path. */
export const holderNameOf = (on: string): readonly [kind: 'user' | 'role', name: string] => [
  on.includes(':user/') ? 'user' : 'role',
  on.slice(on.lastIndexOf('/') + 1),
]
