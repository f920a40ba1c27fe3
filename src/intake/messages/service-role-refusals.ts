import { patternRule } from './pattern-rule.ts'
import type { MessageRule } from './rule.ts'

/** The words alone are the message: the ids of the request stand behind them. */
const BUILD =
  /\b(?<words>Access ?Denied(?:: Access Denied)?)\.?\s{1,8}status code: 403, request id: [^\s,]{1,80}, host id: [^\s,]{1,200} for primary source(?: and source version (?<object>arn:[\w-]{1,20}:s3:::[^\s"'<>/]{3,63}\/[^\s"'<>]{1,1024}))?/

/** AWS CodeBuild may not read a source that lies in S3: it reads as the project's service role. */
export const buildSourceDenied: MessageRule = {
  id: 'build-source-denied',
  example:
    'AccessDenied: Access Denied status code: 403, request id: D18C063FBD9A7C2E, host id: q8QSdgeMXd9GzqiHAn9aR7e= for primary source and source version arn:aws:s3:::amzn-s3-demo-bucket/pipeline/SourceOutp/EEB5s',
  docs: 'https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html',
  anchor: 'forprimarysource',
  read: ({ text }) => {
    const match = BUILD.exec(text.replaceAll('\n', ' '))
    if (match === null) return undefined
    const { words = '', object } = match.groups ?? {}
    return {
      span: [match.index, match.index + words.length],
      impliedAction: 's3:GetObject',
      resource: object ?? null,
      notes: [
        {
          code: 'service-role',
          text: 'CodeBuild reads the source as the service role of the project: that role was refused, not who started the build. `aws codebuild batch-get-projects --names PROJECT --query projects[].serviceRole` names it.',
        },
      ],
    }
  },
}

/**
 * AWS CodeBuild could not join the VPC of the project: it makes the network interface as the service role.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
 */
export const buildNetworkDenied = patternRule({
  id: 'build-network-denied',
  example: 'VPC_CLIENT_ERROR: Unexpected EC2 error: UnauthorizedOperation',
  docs: 'https://docs.aws.amazon.com/codebuild/latest/userguide/vpc-support.html',
  anchor: 'vpcclienterrorunexpectedecerror',
  pattern: /\bVPC_CLIENT_ERROR: Unexpected EC2 error: UnauthorizedOperation\b/,
  fields: () => ({
    oneOf: [
      'ec2:CreateNetworkInterface',
      'ec2:CreateNetworkInterfacePermission',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
    ],
    context: { 'ec2:AuthorizedService': 'codebuild.amazonaws.com' },
    notes: [
      {
        code: 'service-role',
        text: 'CodeBuild joins the VPC as the service role of the project: that role was refused, not who started the build. It needs all of ec2:CreateNetworkInterface, DeleteNetworkInterface, DescribeDhcpOptions, DescribeNetworkInterfaces, DescribeSecurityGroups, DescribeSubnets and DescribeVpcs on *, and ec2:CreateNetworkInterfacePermission on network-interface/* with `ec2:AuthorizedService` codebuild.amazonaws.com. `aws codebuild batch-get-projects --names PROJECT --query projects[].serviceRole` names it.',
      },
    ],
  }),
})

const BUCKET = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]'
const OBJECT = `${BUCKET}/[^\\s"'<>]{0,1023}[^\\s"'<>.,;)]`
/** Put together of the constants above alone: what the text holds is never part of an expression. */
const DENIED = new RegExp(
  '(?<=\\bS3ServiceException: ?)Access Denied,Status(?:Code)? 403' +
    `(?:.{0,900}?\\bcontext:\\s{1,12}(?:Listing bucket=(?<listed>${BUCKET})|S3 key being read ?: ?s3://(?<read>${OBJECT})|Failed to initialize S3 output stream\\. S3 path: s3://(?<written>${OBJECT})))?`,
)
/** Of several roles each takes on the next, and the last one works. */
const ROLE =
  /\biam_role\s{1,8}(?:as\s{1,8})?'(?:[^'\s]{1,1000},)?(?<role>arn:[\w-]{1,20}:iam::\d{12}:role\/[\w+=,.@/-]{1,580}?)'/gi

/** Amazon Redshift may not read (COPY) or write (UNLOAD) in S3; the statement, where it stands beside, names the role. */
export const redshiftObjectDenied: MessageRule = {
  id: 'redshift-object-denied',
  example:
    'error:  S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid D14F284FE3B45734,ExtRid AXDzORM=,CanRetry 1 code: 8001 context: S3 key being read : s3://amzn-s3-demo-bucket/load/part-0',
  docs: 'https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-access-permissions.html',
  anchor: 'sserviceexceptionaccessdenied',
  read: ({ text }) => {
    const line = text.replaceAll('\n', ' ')
    const match = DENIED.exec(line)
    if (match === null) return undefined
    const { listed, read, written } = match.groups ?? {}
    const end = match.index + match[0].length
    const role = [...line.slice(0, end).matchAll(ROLE)].at(-1)?.groups?.['role']
    const place = listed ?? read ?? written
    return {
      span: [match.index, lastWords(match)],
      principal: role ?? null,
      ...(place === undefined
        ? { oneOf: ['s3:GetObject', 's3:ListBucket'] }
        : { place, impliedAction: done(listed, read) }),
      notes: [
        {
          code: 'service-role',
          text: 'Redshift reads and writes as the role of the statement (IAM_ROLE), or the default role of the cluster: that one was refused, not the user of the database.',
        },
      ],
    }
  },
}

/** Behind the last of the words: Redshift prints the error twice, in the second place with its context. */
const lastWords = ({ 0: words, index }: RegExpExecArray): number => index + words.lastIndexOf(WORDS) + WORDS.length

const WORDS = 'Access Denied'

const done = (listed: string | undefined, read: string | undefined): string =>
  listed !== undefined ? 's3:ListBucket' : read !== undefined ? 's3:GetObject' : 's3:PutObject'

/** IAM Roles Anywhere tries the role of a profile: its trust policy does not name the service, or asks for another certificate. */
export const rolesAnywhereMayNotAssume = patternRule({
  id: 'roles-anywhere-may-not-assume',
  example: 'AccessDeniedException: Unable to assume role for arn:aws:iam::111122223333:role/on-premises',
  docs: 'https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html',
  anchor: 'unabletoassumerolefor',
  // Tools that assume roles themselves have the words, too, and not the code.
  pattern:
    /(?<=\bAccessDeniedException\b[^\n]{0,60}?)\bUnable to assume role for (?<role>arn:[\w-]{1,20}:iam::\d{12}:role\/[\w+=,.@/-]{1,580})/,
  fields: ({ role }) => ({
    principal: 'rolesanywhere.amazonaws.com',
    oneOf: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    resource: role ?? null,
    notes: [
      {
        code: 'trust-policy',
        text: 'IAM Roles Anywhere asked: the trust policy of the role has to allow `rolesanywhere.amazonaws.com` all of `sts:AssumeRole`, `sts:TagSession` and `sts:SetSourceIdentity`, its conditions on the certificate (`aws:PrincipalTag/x509Subject/CN`) and the trust anchor (`aws:SourceArn`) have to hold, and the profile has to name the role.',
      },
    ],
  }),
})

/** EKS Pod Identity may not assume the role of an association, which the text does not name. */
export const podIdentityMayNotAssume = patternRule({
  id: 'pod-identity-may-not-assume',
  example:
    'AccessDeniedException: Unauthorized Exception! EKS does not have permissions to assume the associated role.',
  docs: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html',
  anchor: 'toassumetheassociatedrole',
  pattern: /\bEKS does not have permissions? to assume the associated role\b/i,
  fields: () => ({
    principal: 'pods.eks.amazonaws.com',
    oneOf: ['sts:AssumeRole', 'sts:TagSession'],
    notes: [
      {
        code: 'trust-policy',
        text: 'EKS Pod Identity asked, not the role of the node: the trust policy of the associated role has to allow `pods.eks.amazonaws.com` both `sts:AssumeRole` and `sts:TagSession`, and its conditions have to hold for the tags that EKS sends (`aws:RequestTag/kubernetes-namespace`, `aws:RequestTag/kubernetes-service-account`, `aws:RequestTag/eks-cluster-name`).',
      },
    ],
  }),
})

/** Amazon Data Firehose may not deliver to a bucket, in its error log. */
export const deliveryDenied = patternRule({
  id: 'delivery-denied',
  example:
    'Access was denied. Ensure that the trust policy for the provided IAM role allows Firehose to assume the role, and the access policy allows access to the S3 bucket.',
  docs: 'https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html',
  anchor: 'tothesbucket',
  pattern:
    /\bAccess was denied\. Ensure that the trust policy for the provided IAM role allows [\w ]{0,30}Firehose to assume the role, and the access policy allows access to the S3 bucket\b/i,
  fields: () => ({
    oneOf: ['s3:PutObject', 's3:ListBucket'],
    notes: [
      {
        code: 'service-role',
        text: 'Firehose delivers as the role of the stream, which was refused: it needs s3:AbortMultipartUpload, GetBucketLocation, GetObject, ListBucket, ListBucketMultipartUploads and PutObject, and kms:GenerateDataKey and kms:Decrypt on the key of the bucket; and its trust policy has to name firehose.amazonaws.com.',
      },
    ],
  }),
})
