/**
 * An AWS on the loopback address that serves one incident at a time: the caller with its policies, and the one resource with
 * its policy. All else it refuses, so that it stays unknown.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { environment } from '../parts/aws-loopback.ts'

/** The caller of an incident, and the resource of its call. */
export interface Served {
  readonly account: string
  readonly caller: { readonly kind: 'role' | 'user'; readonly name: string }
  readonly inline: ReadonlyMap<string, object>
  /** AWS managed policies. */
  readonly attached: readonly { readonly PolicyName: string; readonly PolicyArn: string }[]
  readonly boundary?: object
  /** `document` null: there is no policy. */
  readonly resource?: {
    readonly kind: 'bucket' | 'key' | 'trust'
    readonly arn: string
    readonly document: object | null
  }
}

interface Reply {
  readonly status: number
  readonly type: string
  readonly text: string
}

export const boundaryArn = ({ account }: Served): string => `arn:aws:iam::${account}:policy/limit`

/** Starts it; `serve` sets what it serves from then on. */
export async function startServingAws() {
  let served: Served | undefined
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { status, type, text } = served === undefined ? refusal() : answerTo(served, request, body.toString('utf8'))
      response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': 'r' }).end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    env: {
      ...environment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    serve: (next: Served) => void (served = next),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const xml = (text: string, status = 200): Reply => ({ status, type: 'text/xml', text })
const json = (value: object, status = 200): Reply => ({
  status,
  type: 'application/x-amz-json-1.1',
  text: JSON.stringify(value),
})
const refusal = (): Reply =>
  xml('<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>', 403)
const query = (operation: string, inside: string): Reply =>
  xml(`<${operation}Response><${operation}Result>${inside}</${operation}Result></${operation}Response>`)
const encoded = (document: object): string => encodeURIComponent(JSON.stringify(document))
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function answerTo(served: Served, { method, url = '', headers }: IncomingMessage, body: string): Reply {
  const target = headers['x-amz-target']
  if (typeof target === 'string') return ofKey(served, target.split('.').at(-1) ?? '', body)
  const form = new URLSearchParams(body)
  const action = form.get('Action')
  if (action !== null) return ofIam(served, action, form)
  const { resource } = served
  const bucket = decodeURIComponent(/^\/([^/?]+)\/?\?(?:.*&)?policy/.exec(url)?.[1] ?? '')
  if (method !== 'GET' || resource?.kind !== 'bucket' || bucket !== resource.arn.split(':').at(-1)) return refusal()
  return resource.document === null
    ? xml('<Error><Code>NoSuchBucketPolicy</Code><Message>none</Message></Error>', 404)
    : json(resource.document)
}

function ofKey({ resource, account }: Served, operation: string, body: string): Reply {
  const { KeyId = '' } = JSON.parse(body) as { readonly KeyId?: string }
  if (resource?.kind !== 'key' || !resource.arn.endsWith(KeyId.split('/').at(-1) ?? ''))
    return json({ __type: 'AccessDeniedException', message: 'no' }, 400)
  switch (operation) {
    case 'DescribeKey':
      return json({ KeyMetadata: { KeyId, Arn: resource.arn, AWSAccountId: account, KeyManager: 'CUSTOMER' } })
    case 'GetKeyPolicy':
      return json({ Policy: JSON.stringify(resource.document) })
    default:
      return json({ __type: 'AccessDeniedException', message: 'no' }, 400)
  }
}

function ofIam(served: Served, action: string, form: URLSearchParams): Reply {
  const { account, caller, inline, attached, boundary, resource } = served
  const title = caller.kind === 'role' ? 'Role' : 'User'
  const name = form.get(`${title}Name`)
  if (action === 'GetCallerIdentity')
    return query(
      action,
      `<Arn>arn:aws:iam::${account}:user/ops</Arn><UserId>AIDAEXAMPLE</UserId><Account>${account}</Account>`,
    )
  const isTarget = resource?.kind === 'trust' && resource.arn.split('/').at(-1) === form.get('RoleName')
  if (action === 'GetRole' && isTarget) return query(action, roleXml('Role', resource.arn, resource.document ?? {}, ''))
  if (name === caller.name)
    switch (action) {
      case `Get${title}`: {
        const limit = `<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>${boundaryArn(served)}</PermissionsBoundaryArn></PermissionsBoundary>`
        const arn = `arn:aws:iam::${account}:${caller.kind}/${caller.name}`
        return query(action, roleXml(title, arn, TRUST, boundary === undefined ? '' : limit))
      }
      case `List${title}Policies`:
        return query(
          action,
          `<IsTruncated>false</IsTruncated><PolicyNames>${[...inline.keys()].map((one) => `<member>${one}</member>`).join('')}</PolicyNames>`,
        )
      case `Get${title}Policy`: {
        const policy = form.get('PolicyName') ?? ''
        return query(
          action,
          `<${title}Name>${name}</${title}Name><PolicyName>${policy}</PolicyName><PolicyDocument>${encoded(inline.get(policy) ?? {})}</PolicyDocument>`,
        )
      }
      case `ListAttached${title}Policies`:
        return query(
          action,
          `<IsTruncated>false</IsTruncated><AttachedPolicies>${attached.map(({ PolicyName, PolicyArn }) => `<member><PolicyName>${PolicyName}</PolicyName><PolicyArn>${PolicyArn}</PolicyArn></member>`).join('')}</AttachedPolicies>`,
        )
      case 'ListGroupsForUser':
        return query(action, '<IsTruncated>false</IsTruncated><Groups></Groups>')
    }
  if (boundary !== undefined && action === 'GetPolicy')
    return query(
      action,
      `<Policy><PolicyName>limit</PolicyName><PolicyId>ANPAEXAMPLE</PolicyId><Arn>${boundaryArn(served)}</Arn><Path>/</Path><DefaultVersionId>v1</DefaultVersionId></Policy>`,
    )
  if (boundary !== undefined && action === 'GetPolicyVersion')
    return query(
      action,
      `<PolicyVersion><VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion><Document>${encoded(boundary)}</Document></PolicyVersion>`,
    )
  return refusal()
}

export const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
}

const roleXml = (title: string, arn: string, trust: object, more: string): string =>
  `<${title}><Path>/</Path><${title}Name>${escaped(arn.split('/').at(-1) ?? '')}</${title}Name><${title}Id>AIDEXAMPLE</${title}Id><Arn>${escaped(arn)}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>${title === 'Role' ? `<AssumeRolePolicyDocument>${encoded(trust)}</AssumeRolePolicyDocument>` : ''}${more}</${title}>`

/** What the AWS CLI prints of the same. */
export function outputsOf(served: Served): readonly string[] {
  const { account, caller, inline, attached, boundary, resource } = served
  const title = caller.kind === 'role' ? 'Role' : 'User'
  const arn = `arn:aws:iam::${account}:${caller.kind}/${caller.name}`
  const entity = {
    Path: '/',
    [`${title}Name`]: caller.name,
    Arn: arn,
    ...(title === 'Role' ? { AssumeRolePolicyDocument: TRUST } : {}),
    ...(boundary === undefined
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundaryArn(served) } }),
  }
  const outputs: readonly unknown[] = [
    { [title]: entity },
    { PolicyNames: [...inline.keys()] },
    ...[...inline].map(([PolicyName, PolicyDocument]) => ({
      [`${title}Name`]: caller.name,
      PolicyName,
      PolicyDocument,
    })),
    { AttachedPolicies: attached },
    ...(title === 'User' ? [{ Groups: [] }] : []),
  ]
  return [
    ...outputs.map((output) => JSON.stringify(output)),
    ...(boundary === undefined
      ? []
      : [
          `$ aws iam get-policy-version --policy-arn ${boundaryArn(served)} --version-id v1\n${JSON.stringify({ PolicyVersion: { Document: boundary, VersionId: 'v1', IsDefaultVersion: true } })}`,
        ]),
    ...(resource === undefined ? [] : outputsOfResource(resource)),
  ]
}

function outputsOfResource({ kind, arn, document }: NonNullable<Served['resource']>): readonly string[] {
  const name = arn.split(/[:/]/).at(-1) ?? ''
  switch (kind) {
    case 'bucket':
      return [
        `$ aws s3api get-bucket-policy --bucket ${name}\n${
          document === null
            ? 'An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: The bucket policy does not exist'
            : JSON.stringify({ Policy: JSON.stringify(document) })
        }`,
      ]
    case 'key':
      return [
        JSON.stringify({ KeyMetadata: { KeyId: name, Arn: arn, KeyManager: 'CUSTOMER' } }),
        `$ aws kms get-key-policy --key-id ${name} --policy-name default\n${JSON.stringify({ Policy: JSON.stringify(document), PolicyName: 'default' })}`,
      ]
    case 'trust':
      return [JSON.stringify({ Role: { Path: '/', RoleName: name, Arn: arn, AssumeRolePolicyDocument: document } })]
  }
}
