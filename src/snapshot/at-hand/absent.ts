import type { Content, Piece } from './piece.ts'

/** An error of a command that reads a setting, by which AWS says that the setting is not there. */
interface Absence {
  readonly form: string
  readonly code: string
  readonly operation: string
  readonly content: Content
}

const bucket = (attributes: Readonly<Record<string, unknown>>): Content => ({
  is: 'resource',
  kind: 'bucket',
  attributes,
})
const noPolicy = (kind: string): Content => ({ is: 'resource', kind, policy: null })

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and the reference page of each operation. */
const ABSENCES: readonly Absence[] = [
  ['aws s3api get-bucket-policy', 'NoSuchBucketPolicy', 'GetBucketPolicy', noPolicy('bucket')] as const,
  [
    'aws s3api get-public-access-block',
    'NoSuchPublicAccessBlockConfiguration',
    'GetPublicAccessBlock',
    bucket({ blockPublicAccess: null }),
  ] as const,
  [
    'aws s3api get-bucket-ownership-controls',
    'OwnershipControlsNotFoundError',
    'GetBucketOwnershipControls',
    bucket({ objectOwnership: null }),
  ] as const,
  [
    'aws s3api get-bucket-encryption',
    'ServerSideEncryptionConfigurationNotFoundError',
    'GetBucketEncryption',
    bucket({ sseKmsKeyArn: null }),
  ] as const,
  ['aws s3api get-bucket-tagging', 'NoSuchTagSet', 'GetBucketTagging', bucket({ tags: {} })] as const,
  [
    'aws ecr get-repository-policy',
    'RepositoryPolicyNotFoundException',
    'GetRepositoryPolicy',
    noPolicy('repository'),
  ] as const,
  ['aws lambda get-policy', 'ResourceNotFoundException', 'GetPolicy', noPolicy('function')] as const,
  [
    'aws efs describe-file-system-policy',
    'PolicyNotFound',
    'DescribeFileSystemPolicy',
    noPolicy('file-system'),
  ] as const,
  ['aws dynamodb get-resource-policy', 'PolicyNotFoundException', 'GetResourcePolicy', noPolicy('table')] as const,
].map(([form, code, operation, content]) => ({ form: `${form}: none`, code, operation, content }))

const ERROR = /An error occurred \((\w{1,80})\) when calling the (\w{1,80}) operation[^:\n]{0,80}:([^\n]{0,300})/g

/** Policies and settings that an error in a text says are not there, with the place of each in it. */
export function absentIn(file: string, text: string): readonly { readonly at: number; readonly piece: Piece }[] {
  return [...text.matchAll(ERROR)].flatMap(({ index, 1: code, 2: operation, 3: words = '' }) => {
    const found = ABSENCES.find((absence) => absence.code === code && absence.operation === operation)
    // The function itself is missing where Lambda names it.
    if (found === undefined || /function not found/i.test(words)) return []
    const name = /repository with name '([^'\n]{1,256})'/.exec(words)?.[1]
    const content = name === undefined ? found.content : { ...found.content, name }
    return [{ at: index, piece: { ...content, file, form: found.form } }]
  })
}
