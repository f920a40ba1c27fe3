/** A name for a file of a policy: `deploy-role.deploy.json`, `prod-artifacts.bucket-policy.json`. */
export function fileNameOf(policy: string, arn: string | undefined, on: string | undefined): string {
  const holder = on?.slice(Math.max(on.lastIndexOf('/'), on.lastIndexOf(':')) + 1)
  const own = / policy of /.test(policy) ? policy.slice(0, policy.indexOf(' of ')) : policy
  const parts = arn === undefined && holder !== undefined ? [holder, own] : [own]
  return `${parts.map(plainName).join('.')}.json`
}

/** No path, no option and not hidden, whatever it was made from; and no longer than two of them may be. */
const plainName = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, MAX_LENGTH) || 'policy'

const MAX_LENGTH = 100
