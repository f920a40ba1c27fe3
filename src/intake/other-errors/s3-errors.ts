import type { UnrelatedError } from './finding.ts'

/** Answers of Amazon S3 with the code `AccessDenied` or `403` that no policy decided (R-EVID-19). */
export const S3_STATES: readonly UnrelatedError[] = [
  {
    code: 'upload-form',
    phrases: ['invalidaccordingtopolicy'],
    pattern:
      /\bInvalid according to Policy: (?:Policy Condition failed: (?<condition>\[[^\]\n]{1,300}\])|Extra input fields: (?<field>[\w.-]{1,80})|Policy (?<expired>expired)|Policy Condition failed)/i,
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
    text: ({ condition, field, expired }) =>
      `The policy is the signed form of the upload (presigned POST), not a policy of IAM or of the bucket. ${
        expired !== undefined
          ? 'The form has expired: make a new one.'
          : field !== undefined
            ? `The form sends the field \`${field}\`, and no condition of the signed policy covers it. Add a condition for it when you make the form, or don't send it.`
            : `The form doesn't meet ${condition === undefined ? 'a condition' : `the condition \`${condition}\``}. Send the field with exactly the value that was signed, before the field \`file\`.`
      }`,
  },
  {
    code: 'account-not-verified',
    phrases: ['allaccessdisabled', 'allaccesstothis', 'problemwithyourawsaccountthatprevents'],
    pattern:
      /\b(?<code>AllAccessDisabled|AccountProblem)\b|\bAll access to this (?:object|bucket|(?:Amazon )?S3 resource) has been disabled\b|\bThere is a problem with your AWS account that prevents\b/,
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    text: 'Amazon S3 disabled access to this bucket or account; no policy was evaluated. Check first that the bucket name and the endpoint are right: a wrong name can be that of a bucket that AWS disabled. Otherwise open a case with AWS Support.',
  },
]

/** Errors of Amazon S3 that people take for a denial, and that no policy decides. */
export const S3_ERRORS: readonly UnrelatedError[] = [
  {
    code: 'bucket-acls-off',
    phrases: ['accesscontrollistnotsupported', 'bucketdoesnotallowacls', 'bucketcannothaveaclsset'],
    pattern:
      /\b(?<code>AccessControlListNotSupported|InvalidBucketAclWithObjectOwnership)\b|\bbucket does not allow ACLs\b|\bBucket cannot have ACLs set with ObjectOwnership\b/i,
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ensure-object-ownership.html
    text: 'Object Ownership of the bucket is "Bucket owner enforced": ACLs are disabled, and S3 rejects every request that sets one. Leave out the ACL (`--acl`, `x-amz-acl`, `aws_s3_bucket_acl`), or send `bucket-owner-full-control`. Give access with the bucket policy instead. Only if you need ACLs: `aws s3api put-bucket-ownership-controls --bucket BUCKET --ownership-controls Rules=[{ObjectOwnership=BucketOwnerPreferred}]`. No policy can allow the ACL.',
  },
  {
    code: 'name-taken',
    phrases: ['bucketalreadyexists', 'requestedbucketname'],
    pattern: /\b(?<code>BucketAlreadyExists)\b|\bThe requested bucket name is not available\b/,
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    text: 'Another account has a bucket of this name: bucket names are unique across all accounts. Choose another name. No policy was in the way, and none helps.',
  },
  {
    code: 'name-taken',
    phrases: ['bucketalreadyownedbyyou'],
    pattern: /\b(?<code>BucketAlreadyOwnedByYou)\b/,
    text: 'Your account has this bucket already. Use it, or import it (`terraform import aws_s3_bucket.NAME BUCKET`), instead of creating it again. No policy denied the call.',
  },
  {
    code: 'wrong-region',
    phrases: [
      'permanentredirect',
      'addressedusingthespecifiedendpoint',
      'bucketregionerror',
      'incorrectregionthebucketisnot',
      'locationconstraintisincompatible',
      'unspecifiedlocationconstraint',
    ],
    pattern:
      /\b(?<code>PermanentRedirect|BucketRegionError|IllegalLocationConstraintException)\b(?:[^\n]{0,200}?\bThe (?<constraint>[a-z]{2}(?:-[a-z]+){1,2}-\d) location constraint)?|\bmust be addressed using the specified endpoint\b|\bincorrect region, the bucket is not in '(?<asked>[a-z0-9-]{3,30})' region\b|\blocation constraint is incompatible for the region specific endpoint\b/,
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    text: ({ constraint, asked }) =>
      `The request went to the endpoint of another Region than the bucket's${asked === undefined ? '' : ` (it is not in ${asked})`}, so no policy was evaluated. \`aws s3api get-bucket-location --bucket BUCKET\` prints the Region of the bucket: set it in the client (\`--region\`, \`AWS_REGION\`, \`region\` of the provider or backend)${constraint === undefined ? '' : `, here ${constraint}`}. To create a bucket outside us-east-1, give \`--create-bucket-configuration LocationConstraint=REGION\` with the Region of the endpoint.`,
  },
  {
    code: 'old-signature',
    phrases: ['authorizationmechanismyouhaveprovided', 'requireawssignatureversion'],
    pattern: /\bauthorization mechanism you have provided is not supported\b|\brequires? AWS Signature Version 4\b/i,
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingAWSSDK.html
    text: 'The client signed with Signature Version 2, which this Region, or an object encrypted with AWS KMS, does not accept. Update the SDK or set its signature version to 4 (`signature_version: s3v4`), and set the Region of the bucket. No policy was evaluated.',
  },
  {
    code: 'method-not-allowed',
    phrases: ['specifiedmethodisnotallowedagainstthisresource'],
    pattern: /(?:\b(?<code>MethodNotAllowed)\b[^]{0,80}?)?\bspecified method is not allowed against this resource\b/,
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
    text: 'S3 does not offer this HTTP method here; no policy denied it. A website endpoint (`s3-website`) takes GET and HEAD alone: write through the REST endpoint. A version that is a delete marker cannot be read. Or the URL is not the one that was meant.',
  },
]
