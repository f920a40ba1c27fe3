import { parseArn } from '#iam/arn.ts'

/** How far a fix reaches: the denied resource, its siblings in the same folder, or all of what holds it. */
export const FIX_SCOPES = ['exact', 'prefix', 'resource'] as const
export type FixScope = (typeof FIX_SCOPES)[number]

/**
 * The Resource pattern of a scope; undefined where the resource has no such thing: a key has no folder, and `table/*`
 * would be every table. The next release has another object key, so a fix of one object alone would not last.
 */
export function patternOf(resource: string, scope: FixScope): string | undefined {
  if (resource === '*') return scope === 'exact' ? resource : undefined
  const arn = parseArn(resource)
  if (standsForSome(resource)) return scope === 'exact' ? resource : undefined
  const literal = asLiteral(resource)
  if (scope === 'exact') return literal
  if (arn === undefined) return undefined
  const head = literal.slice(0, literal.length - asLiteral(arn.resource).length)
  const name = asLiteral(arn.resource)
  const wider = scope === 'prefix' ? folderOf(name, arn.service) : holderOf(name, arn.service)
  return wider === undefined || wider === name ? undefined : head + wider
}

/**
 * Whether a star at the end stands for what has no name yet, or none that anybody told: what a call of EC2's makes has no id, and
 * AWS prints `instance/*` (R-MSG-25), as it prints `stack/NAME/*` of a stack whose id it does not look up; of a bucket alone some
 * object is meant (R-RES-09). Policies grant it in the same words. An object may have such a name, and is granted with the others:
 * a statement on that name alone lets no other call pass. A bucket that nobody names is no such thing: it would be all of them.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExampleIAMPolicies_EC2.html (RunInstances)
 */
function standsForSome(resource: string): boolean {
  const arn = parseArn(resource)
  if (arn === undefined || (arn.service === 's3' && arn.resource === '*')) return false
  return /^(?:[^*?$]*[/:])?\*$/.test(arn.resource)
}

/** Characters of a name that a pattern would take for wildcards or variables (R-VAR-01). */
const asLiteral = (text: string): string =>
  text.replaceAll(/\$\{|[*?]/g, (match) => (match === '${' ? '${$}{' : `\${${match}}`))

/** The folder of a name that has one. What stands first is a type (`parameter/…`) or a bucket, never a folder. */
function folderOf(name: string, service: string): string | undefined {
  const slash = name.lastIndexOf('/')
  if (slash < 0) return undefined
  const folder = name.slice(0, slash)
  const hasType = service !== 's3' && folder.includes(':')
  const isDeep = folder.includes('/') || hasType
  return isDeep ? `${folder}/*` : undefined
}

/** All of what holds the resource: every object of the bucket, every version of the secret, every alias of the function. */
function holderOf(name: string, service: string): string | undefined {
  switch (service) {
    case 's3': {
      const slash = name.indexOf('/')
      return slash < 0 || name.startsWith('accesspoint/') ? undefined : `${name.slice(0, slash)}/*`
    }
    case 'secretsmanager':
      return /-[A-Za-z0-9]{6}$/.test(name) ? `${name.slice(0, -6)}??????` : undefined
    case 'dynamodb': {
      const steps = name.split('/')
      return steps.length > 2 ? `${steps.slice(0, 2).join('/')}/*` : undefined
    }
    default:
      return undefined
  }
}
