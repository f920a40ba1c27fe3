import { field, isObject, textField } from '../../fields.ts'
import type { FederationFact, FederationForm, PodIdentity } from './fact.ts'

/** Reads outputs of the AWS CLI about providers, clusters, associations and identity pools; undefined: it is none of them. */
export function awsFederation(value: unknown): FederationForm | undefined {
  for (const { form, read } of OUTPUTS) {
    const facts = read(value)
    if (facts !== undefined) return { form, facts }
  }
  return undefined
}

const OUTPUTS: readonly {
  readonly form: string
  readonly read: (value: unknown) => readonly FederationFact[] | undefined
}[] = [
  { form: 'aws eks describe-cluster', read: clusterOf },
  { form: 'aws iam get-open-id-connect-provider', read: providerOf },
  { form: 'aws iam list-open-id-connect-providers', read: providersOf },
  { form: 'aws eks describe-pod-identity-association', read: (value) => associationsOf([field(value, 'association')]) },
  {
    form: 'aws eks list-pod-identity-associations',
    read: (value) => associationsOf(listOf(value, 'associations')),
  },
  { form: 'aws cognito-identity get-identity-pool-roles', read: poolOf },
]

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = field(value, name)
  return Array.isArray(list) ? list : []
}

const textsOf = (list: readonly unknown[]): readonly string[] =>
  list.flatMap((item) => (typeof item === 'string' ? [item] : []))

const hostOf = (address: string): string => address.replace(/^https:\/\//, '').replace(/\/$/, '')

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html */
function clusterOf(value: unknown): readonly FederationFact[] | undefined {
  const cluster = field(value, 'cluster')
  const issuer = textField(field(field(cluster, 'identity'), 'oidc'), 'issuer')
  return issuer === undefined
    ? undefined
    : [{ is: 'cluster', name: textField(cluster, 'name') ?? 'CLUSTER', issuer: hostOf(issuer) }]
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html */
function providerOf(value: unknown): readonly FederationFact[] | undefined {
  const url = textField(value, 'Url')
  if (url === undefined || !Array.isArray(field(value, 'ClientIDList'))) return undefined
  return [{ is: 'provider', host: hostOf(url), audiences: textsOf(listOf(value, 'ClientIDList')) }]
}

function providersOf(value: unknown): readonly FederationFact[] | undefined {
  if (!Array.isArray(field(value, 'OpenIDConnectProviderList'))) return undefined
  const arns = listOf(value, 'OpenIDConnectProviderList').flatMap((item) => textField(item, 'Arn') ?? [])
  return [{ is: 'providers', arns }]
}

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociation.html */
function associationsOf(list: readonly unknown[]): readonly FederationFact[] | undefined {
  const facts = list.flatMap((item): readonly PodIdentity[] => {
    const cluster = textField(item, 'clusterName')
    const namespace = textField(item, 'namespace')
    const account = textField(item, 'serviceAccount')
    if (cluster === undefined || namespace === undefined || account === undefined) return []
    const associationArn = textField(item, 'associationArn')
    const roleArn = textField(item, 'roleArn')
    return [
      {
        is: 'pod-identity',
        cluster,
        namespace,
        account,
        ...(associationArn === undefined ? {} : { associationArn }),
        ...(roleArn === undefined ? {} : { roleArn }),
        isTagged: field(item, 'disableSessionTags') !== true,
      },
    ]
  })
  return facts.length === 0 ? undefined : facts
}

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetIdentityPoolRoles.html */
function poolOf(value: unknown): readonly FederationFact[] | undefined {
  const id = textField(value, 'IdentityPoolId')
  const roles = field(value, 'Roles')
  if (id === undefined || !isObject(roles)) return undefined
  const named = Object.entries(roles).flatMap(([kind, arn]) => (typeof arn === 'string' ? [[kind, arn] as const] : []))
  const mappings = field(value, 'RoleMappings')
  const hasMappings = isObject(mappings) && Object.keys(mappings).length > 0
  return [{ is: 'identity-pool', id, roles: Object.fromEntries(named), hasMappings }]
}
