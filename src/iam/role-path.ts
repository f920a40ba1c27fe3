import type { Caller } from './caller.ts'
import { globsMeet, SEGMENT } from './glob.ts'
import { memoizeText } from './memoize.ts'
import type { Truth } from './truth.ts'

/** The ARNs that a role may have, of which a session's ARN tells the account and the name (R-PRIN-03). */
export interface RoleArns {
  /** A policy value that fits all of these fits the role, whatever its path is. */
  readonly sure: readonly string[]
  /** A pattern: what can fit neither this nor any of those surely does not fit the role. */
  readonly possible: string
}

/** Path segments that no policy spells out: only wildcards fit them, and a star whatever their length. */
const SEGMENTS = [SEGMENT, SEGMENT.repeat(128)]

/**
 * An ordinary role may have any path, or none: what names it for sure, or spares it, does so wherever it may stand (R-PRIN-04,
 * R-UNK-04). The roles of IAM Identity Center and of services surely have a path, known up to a segment (R-PRIN-07, R-PRIN-09).
 */
export const roleArnsOf = memoizeText((roleArn: string): RoleArns => {
  const { head, name } = cut(roleArn)
  const under = (path: string): string => `${head}${path}${name}`
  if (name.startsWith('AWSReservedSSO_')) {
    const path = 'aws-reserved/sso.amazonaws.com/'
    return {
      sure: [under(path), ...SEGMENTS.map((region) => under(`${path}${region}/`))],
      possible: under(`${path}${SEGMENT}/`),
    }
  }
  if (name.startsWith('AWSServiceRoleFor')) {
    const path = 'aws-service-role/'
    return {
      sure: SEGMENTS.map((service) => under(`${path}${service}/`)),
      possible: under(`${path}${SEGMENT}/`),
    }
  }
  const paths = [...SEGMENTS, `${SEGMENT}/${SEGMENT}`].map((path) => under(`${path}/`))
  return { sure: [roleArn, ...paths], possible: under('*/') }
})

function cut(roleArn: string): { readonly head: string; readonly name: string } {
  const at = roleArn.indexOf('role/') + 'role/'.length
  return { head: roleArn.slice(0, at), name: roleArn.slice(at) }
}

/**
 * Whether an ARN, without wildcards, is that of the caller's role: not known while the role's path is not, which may be any, or none
 * (R-PRIN-03, R-UNK-01). A name known only from a session is compared without case, because STS echoes the caller's (R-PM-05).
 */
export function isRoleOf(arn: string, { roleArn, rolePathKnown }: Caller): Truth {
  if (roleArn === undefined || rolePathKnown) return arn === roleArn
  if (!arn.startsWith(cut(roleArn).head)) return false
  const { sure, possible } = roleArnsOf(roleArn)
  const folded = arn.toLowerCase()
  return sure.some((one) => one.toLowerCase() === folded) || globsMeet(folded, possible.toLowerCase())
    ? 'unknown'
    : false
}

/**
 * Pattern of the role of a permission set, of which a session does not tell the Region in its path; undefined: the ARN, without a path,
 * is of another role (R-PRIN-07). https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export const permissionSetPattern = (roleArn: string): string | undefined =>
  roleArn.includes(':role/AWSReservedSSO_')
    ? roleArn.replace(':role/', ':role/aws-reserved/sso.amazonaws.com/*')
    : undefined
