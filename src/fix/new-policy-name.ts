/** `s3:PutObject` → `s3-put-object` */
export function nameOfAction(action: string): string {
  const [service = '', name = ''] = action.split(':', 2)
  return `${service}-${name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()}`
}

/** `allow-s3-put-object`, with a number where that is taken. */
export function freeName(taken: ReadonlySet<string>, action: string): string {
  const name = `allow-${nameOfAction(action)}`
  let free = name
  for (let i = 2; taken.has(free); i++) free = `${name}-${i}`
  return free
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
const LONGEST_NAME = 128

/**
 * The name of a new inline policy where the names in force were not read: IAM replaces a policy of the same name without a
 * word, so the name says what the statement says, and another statement has another name (R-ADV-02).
 */
export function newPolicyName(actions: readonly string[], statement: unknown): string {
  const sum = fnv1a(JSON.stringify(statement))
  return `allow-${actions.map(nameOfAction).join('-')}`.slice(0, LONGEST_NAME - sum.length - 1) + `-${sum}`
}

/** FNV-1a of 32 bits, as eight hexadecimal digits. http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
