import type { Evidence } from '#diagnose/evidence/evidence.ts'
import type { Denial } from '#intake/denial.ts'
import type {
  Cluster,
  FederationFact,
  FederationFile,
  JobAudiences,
  Provider,
  ServiceAccount,
  Workload,
} from '#snapshot/at-hand/federation/fact.ts'
import { isOfPodIdentity, only, withAssertion, withIdentityPool, withPodIdentity } from './with-sessions.ts'

/**
 * The evidence with what the files show of the token or assertion that a denied call sent (R-EVID-17): the service account of a pod, the
 * issuer of a cluster, the audience that a provider accepts. What the text or a token itself says counts more.
 */
export function withFederation(evidence: Evidence, files: readonly FederationFile[] = []): Evidence {
  if (files.length === 0) return evidence
  return { ...evidence, denials: evidence.denials.map((denial) => withFacts(denial, files)) }
}

function withFacts(denial: Denial, files: readonly FederationFile[]): Denial {
  if (denial.kind !== 'aws-access-denied') return denial
  if (isOfPodIdentity(denial)) return withPodIdentity(denial, of(files, 'pod-identity'), of(files, 'workload'))
  const action = denial.action?.toLowerCase()
  if (action === 'sts:assumerolewithsaml') return withAssertion(denial, of(files, 'assertion'))
  if (action !== 'sts:assumerolewithwebidentity') return denial
  if (denial.principal === COGNITO) return withIdentityPool(denial, of(files, 'identity-pool'))
  return withAudience(withIssuer(withAccount(denial, files), files), files)
}

const COGNITO = 'cognito-identity.amazonaws.com'

/** The facts of a kind. */
const of = <K extends FederationFact['is']>(
  files: readonly FederationFile[],
  kind: K,
): readonly (Extract<FederationFact, { readonly is: K }> & FederationFile)[] =>
  files.filter((fact): fact is Extract<FederationFact, { readonly is: K }> & FederationFile => fact.is === kind)

const detail = ({ details }: Denial, name: string): string | undefined => details?.[name] ?? undefined

const withDetails = (denial: Denial, details: Readonly<Record<string, string>>): Denial => ({
  ...denial,
  details: { ...denial.details, ...details },
})

/** The subject of a pod's token, and the role that its service account is annotated with. */
function withAccount(denial: Denial, files: readonly FederationFile[]): Denial {
  const role = denial.resource ?? detail(denial, 'roleNamed')
  const account =
    only(accountsFor(role, of(files, 'workload'))) ?? only(accountsFor(role, of(files, 'service-account')))
  if (account === undefined || detail(denial, 'tokenSubject') !== undefined) return denial
  const name = account.is === 'workload' ? account.account : account.name
  const subject = withDetails(denial, {
    tokenSubject: `system:serviceaccount:${account.namespace}:${name}`,
    tokenSubjectFrom:
      account.is === 'workload'
        ? `${account.file} runs as this service account`
        : `${account.file} has this service account${account.roleArn === undefined ? '' : ', annotated with the role'}`,
  })
  return denial.resource !== null || account.roleArn === undefined
    ? subject
    : {
        ...subject,
        resource: account.roleArn,
        resourceAccount: account.roleArn.split(':')[4] ?? null,
        evidence: { ...subject.evidence, resourceFrom: 'derived' },
      }
}

/** Those of the role, else those of no role: a role of another name is for other calls. */
function accountsFor<T extends ServiceAccount | Workload>(role: string | undefined, all: readonly T[]): readonly T[] {
  const ofRole = all.filter(({ roleArn }) => roleArn !== undefined && (role === undefined || roleArn === role))
  return ofRole.length > 0 ? ofRole : all.filter(({ roleArn }) => roleArn === undefined)
}

/** The provider that the token is of: that of the cluster, or the only one that the account has. */
function withIssuer(denial: Denial, files: readonly FederationFile[]): Denial {
  const subject = detail(denial, 'tokenSubject')
  const isOther = detail(denial, 'tokenFor') !== undefined || of(files, 'job-audiences').length > 0
  if (detail(denial, 'tokenIssuer') !== undefined) return denial
  const cluster = only<Cluster>(of(files, 'cluster'))
  const isOfPod = subject === undefined ? !isOther : subject.startsWith('system:serviceaccount:')
  const issuer = (isOfPod ? cluster?.issuer : undefined) ?? onlyProvider(denial, files)
  return issuer === undefined ? denial : withDetails(denial, { tokenIssuer: issuer })
}

/** STS rejects a token of a provider that the account does not have before it evaluates a policy. */
function onlyProvider({ resource }: Denial, files: readonly FederationFile[]): string | undefined {
  const arn = only(of(files, 'providers').flatMap(({ arns }) => arns))
  if (arn === undefined || (resource !== null && arn.split(':')[4] !== resource.split(':')[4])) return undefined
  return arn.split(':oidc-provider/')[1]
}

/** The audience that the job asks for, or the only one that the provider accepts: STS rejects any other before it evaluates a policy. */
function withAudience(denial: Denial, files: readonly FederationFile[]): Denial {
  if (detail(denial, 'tokenAudience') !== undefined) return denial
  const issuer = detail(denial, 'tokenIssuer')
  const providers: readonly Provider[] = of(files, 'provider').filter(({ host }) => (issuer ?? host) === host)
  const jobs: readonly JobAudiences[] = of(files, 'job-audiences')
  const audience =
    only([...new Set(jobs.flatMap(({ audiences }) => audiences))].filter((value) => !value.includes('$'))) ??
    only(only(providers)?.audiences ?? [])
  return audience === undefined ? denial : withDetails(denial, { tokenAudience: audience })
}
