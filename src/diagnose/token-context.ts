import type { Assumption } from '#engine/decision.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { valueAt } from '#iam/json-pointer.ts'
import { documentValue } from '#iam/json-value.ts'
import type { ContextValue } from '#iam/request.ts'
import type { Denial } from '#intake/denial.ts'
import { ANY_TAG } from '#intake/paste/workflow-triggers.ts'

/** Claims of the token as condition keys, and what was assumed for them. */
interface TokenContext {
  readonly context: Readonly<Record<string, ContextValue>>
  readonly assumptions: readonly Assumption[]
}

const NONE: TokenContext = { context: {}, assumptions: [] }

/**
 * The claims of a web identity that the text prints or that follow from its workflow (R-EVID-17). Of the trust policy nothing is taken
 * but the one repository, or owner, that it names, where the text says what the token is for and not of which repository it is.
 */
export function tokenContext({ action, details = {} }: Denial, provider: string, trust: unknown): TokenContext {
  const at = provider.indexOf(':oidc-provider/')
  if (action !== 'sts:AssumeRoleWithWebIdentity' || at < 0) return NONE
  const host = provider.slice(at + ':oidc-provider/'.length)
  const { tokenSubject, tokenSubjectFrom, tokenAudience, tokenRepository, tokenForTriggers } = details
  const organization = CIRCLECI.exec(host)?.[1]
  const aud = tokenAudience ?? organization
  const audience = typeof aud === 'string' ? { [`${host}:aud`]: aud } : {}
  const assumed =
    typeof tokenAudience === 'string' || organization === undefined ? [] : [ofCircleCI(host, organization)]
  if (typeof tokenSubject === 'string')
    return {
      context: { ...audience, [`${host}:sub`]: tokenSubject },
      assumptions: [
        ...assumed,
        ...(typeof tokenSubjectFrom === 'string' ? [subjectAssumed(host, tokenSubject, tokenSubjectFrom)] : []),
      ],
    }
  const repository = tokenRepository ?? repositoryIn(trust) ?? repositoryOfOwner(trust)
  const tokenFor =
    details['tokenFor'] ?? (isTrusted(repository, tokenForTriggers, trust) ? undefined : tokenForTriggers)
  const isOpen = typeof tokenFor !== 'string' || tokenFor.endsWith(':NAME') || repository === undefined
  if (isOpen || host !== 'token.actions.githubusercontent.com') return { context: audience, assumptions: assumed }
  const subject = `repo:${repository}:${tokenFor}`
  return {
    context: { ...audience, [`${host}:sub`]: subject },
    assumptions: [
      subjectAssumed(
        host,
        subject,
        `the text says that the job runs for ${tokenFor}${tokenFor.endsWith(ANY_TAG) ? ` (${ANY_TAG}: write the tag in)` : ''}${tokenRepository === undefined ? ', and the trust policy names one repository, or one owner of repositories' : ''}`,
      ),
    ],
  }
}

/** The provider of an organization of CircleCI: its id is the audience of the token of each job, unless the job asks for another. */
const CIRCLECI = /^oidc\.circleci\.com\/org\/([0-9a-f-]{36})$/

/** https://circleci.com/docs/openid-connect-tokens/ */
const ofCircleCI = (host: string, value: string): Assumption => ({
  fact: `${host}:aud`,
  value,
  from: 'the audience of a token of CircleCI is the organization, unless the job asks for another',
  ifWrong: 'the job asks for another audience: circleci run oidc get',
})

const subjectAssumed = (host: string, value: string, from: string): Assumption => ({
  fact: `${host}:sub`,
  value,
  from,
  ifWrong: 'decode the token in the job and compare its `sub` with the trust policy',
})

/**
 * Whether a trust policy may allow the subject that the triggers of a workflow let expect. AWS denied it all the same, so that the job ran
 * for something else.
 */
function isTrusted(repository: string | undefined, end: string | null | undefined, trust: unknown): boolean {
  const isAnyTag = end?.endsWith(ANY_TAG) === true
  return conditionTexts(trust).some(
    (value) =>
      (isAnyTag && /[*?]|refs\/tags\//.test(value)) ||
      globMatches(compileGlob(value), `repo:${repository ?? ''}:${end ?? ''}`),
  )
}

/** The one repository that the conditions of a trust policy name, without wildcards. */
const repositoryIn = (document: unknown): string | undefined =>
  onlyIn(document, /^repo:([\w.-]{1,39}\/[\w.-]{1,100})(?=:|$)/)

/** A repository whose name is to be written in, of the one owner whose repositories a trust policy names by a pattern. */
function repositoryOfOwner(document: unknown): string | undefined {
  const owner = onlyIn(document, /^repo:([\w.-]{1,39})\/[\w.-]{0,100}\*/)
  return owner === undefined ? undefined : `${owner}/REPOSITORY_NAME`
}

/** What the values of the conditions have in the place of the group, where it is one text. */
function onlyIn(document: unknown, pattern: RegExp): string | undefined {
  const names = conditionTexts(document).flatMap((value) => pattern.exec(value)?.[1] ?? [])
  const [name, ...others] = new Set(names)
  return others.length === 0 ? name : undefined
}

/** The values of all conditions of a document. */
function conditionTexts(document: unknown): readonly string[] {
  const statements = [valueAt(documentValue(document), '/Statement') ?? []].flat()
  const values = statements.flatMap((statement) =>
    Object.values((valueAt(statement, '/Condition') ?? {}) as object).flatMap((keys: unknown) =>
      typeof keys === 'object' && keys !== null ? Object.values(keys).flat() : [],
    ),
  )
  return values.filter((value): value is string => typeof value === 'string')
}
