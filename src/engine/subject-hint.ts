/** A subject of GitHub's: the names of owner and repository, with their ids where it is immutable, and what the token is for. */
interface Subject {
  readonly owner: string
  readonly repository: string
  /** Empty: the subject has names alone. */
  readonly ids: string
  readonly rest: string
}

/**
 * Why the subject of a token of GitHub Actions is not the one that a statement names: an environment, a pull request, an actor,
 * ids beside the names, other capitals. Undefined: they are of no such form, or it is another branch.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export function subjectHint(expected: readonly string[], value: string): string | undefined {
  const got = subjectOf(value)
  if (got === undefined) return undefined
  for (const pattern of expected) {
    const wanted = subjectOf(pattern)
    const hint = wanted === undefined ? undefined : hintOf(wanted, got)
    if (hint !== undefined) return hint
  }
  return undefined
}

function subjectOf(text: string): Subject | undefined {
  const found = /^repo:([^/@:]{1,100})(@\d{1,20})?\/([^@:]{1,100})(@\d{1,20})?:(.{0,400})$/.exec(text)
  if (found === null) return undefined
  const [, owner = '', ownerId = '', repository = '', repositoryId = '', rest = ''] = found
  return { owner, repository, ids: `${ownerId}${repositoryId}`, rest }
}

function hintOf(wanted: Subject, got: Subject): string | undefined {
  const names = ({ owner, repository }: Subject): string => `${owner}/${repository}`
  const [wantedName, gotName] = [names(wanted), names(got)]
  if (wantedName.toLowerCase() !== gotName.toLowerCase()) return undefined
  if (wantedName !== gotName) return `letter case: the statement names \`${wantedName}\`, the token \`${gotName}\``
  if (wanted.ids !== got.ids) return idsHint(wanted, got)
  const [statementClaims, tokenClaims] = [wanted.rest, got.rest]
  if (tokenClaims.includes('actor:') && !statementClaims.includes('actor:'))
    return 'customized subject: the token names the `actor:`, the statement does not'
  if (tokenClaims.startsWith(ENVIRONMENT) && !statementClaims.startsWith(ENVIRONMENT))
    return 'the job runs in an environment: the token names `environment:`, and no branch or tag'
  if (statementClaims.startsWith(ENVIRONMENT) && !tokenClaims.startsWith(ENVIRONMENT))
    return 'the statement names an `environment:`, and the job runs in none'
  return tokenClaims === 'pull_request' ? 'the job runs for a pull request: the token names no branch' : undefined
}

const ENVIRONMENT = 'environment:'

const idsHint = (wanted: Subject, got: Subject): string =>
  wanted.ids === ''
    ? 'immutable subject: the token has the ids of owner and repository beside their names, the statement names alone'
    : got.ids === ''
      ? 'the statement has the ids of owner and repository beside their names, the token names alone'
      : 'other ids: another owner or repository of these names'
