import { patternRule } from './pattern-rule.ts'

/** Flux's source controller, whose client of S3 says no more than S3 does: it asks for the bucket first, which HeadBucket does. */
export const fluxBucketDenied = patternRule({
  id: 'flux-bucket-denied',
  example: "failed to confirm existence of 'amzn-s3-demo-bucket' bucket: Access Denied.",
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html',
  anchor: 'failedtoconfirmexistenceof',
  pattern: /\bfailed to confirm existence of '(?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])' bucket: Access Denied\b/,
  fields: ({ place = '' }) => ({ impliedAction: 's3:ListBucket', place }),
})

/** Argo Workflows, which may not fetch an artifact or keep a file: S3's words alone, behind its own. */
export const argoFileDenied = patternRule({
  id: 'argo-file-denied',
  example: 'Error (exit code 1): artifact archive failed to load: failed to get file: Access Denied.',
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html',
  anchor: 'fileaccessdenied',
  pattern: /\bfailed to (?<did>get|put) file: Access Denied\b/i,
  fields: ({ did }) => ({ impliedAction: did?.toLowerCase() === 'get' ? 's3:GetObject' : 's3:PutObject' }),
})

/** Argo Workflows, which may not keep what a step made. */
export const argoOutputsDenied = patternRule({
  id: 'argo-outputs-denied',
  example: 'generate-artifact   artifact-passing-2gmc6-2538550521  3s        failed to save outputs: Access Denied',
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html',
  anchor: 'outputsaccessdenied',
  pattern: /\bfailed to save outputs: Access Denied\b/i,
  fields: () => ({ impliedAction: 's3:PutObject' }),
})
