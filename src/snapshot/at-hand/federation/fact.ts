/** What a file shows about a caller without credentials of AWS: the token or assertion that it sends, and where that comes from. */
export type FederationFact =
  | ServiceAccount
  | Workload
  | Cluster
  | Provider
  | ProviderList
  | PodIdentity
  | IdentityPool
  | JobAudiences
  | Assertion

/** A service account of Kubernetes; `roleArn`: its annotation `eks.amazonaws.com/role-arn`. */
export interface ServiceAccount {
  readonly is: 'service-account'
  readonly namespace: string
  readonly name: string
  readonly roleArn?: string
}

/** A pod, or what creates pods; `account`: the service account that they run as. */
export interface Workload {
  readonly is: 'workload'
  readonly name: string
  readonly namespace: string
  readonly account: string
  readonly roleArn?: string
}

/** An EKS cluster; `issuer`: the address of its tokens without `https://`. */
export interface Cluster {
  readonly is: 'cluster'
  readonly name: string
  readonly issuer: string
}

/** An OpenID Connect provider of the account; `host`: its address without `https://`. */
export interface Provider {
  readonly is: 'provider'
  readonly host: string
  readonly audiences: readonly string[]
}

/** All OpenID Connect providers of an account. */
export interface ProviderList {
  readonly is: 'providers'
  readonly arns: readonly string[]
}

/** A Pod Identity association of EKS. A list of associations does not show their roles. */
export interface PodIdentity {
  readonly is: 'pod-identity'
  readonly cluster: string
  readonly namespace: string
  readonly account: string
  readonly associationArn?: string
  readonly roleArn?: string
  readonly isTagged: boolean
}

/** The roles of an identity pool of Cognito, by `authenticated` and `unauthenticated`. */
export interface IdentityPool {
  readonly is: 'identity-pool'
  readonly id: string
  readonly roles: Readonly<Record<string, string>>
  readonly hasMappings: boolean
}

/** The audiences of the tokens that a pipeline of GitLab asks for. */
export interface JobAudiences {
  readonly is: 'job-audiences'
  readonly audiences: readonly string[]
}

/** A SAML assertion: what STS makes condition keys of, and the pairs of role and provider that it is for. */
export interface Assertion {
  readonly is: 'assertion'
  readonly recipient?: string
  readonly issuer?: string
  readonly subject?: string
  readonly pairs: readonly { readonly role: string; readonly provider: string }[]
  readonly tags: readonly string[]
}

/** A fact with the file that shows it, and what the file was read as. */
export type FederationFile = FederationFact & { readonly file: string; readonly form: string }

/** The form of a file, and what it shows. */
export interface FederationForm {
  readonly form: string
  readonly facts: readonly FederationFact[]
}
