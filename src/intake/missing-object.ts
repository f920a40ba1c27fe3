/** The test that tells a missing object from a refusal. https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html */
export const MISSING_OBJECT =
  'S3 also answers so when the object does not exist and the caller may not list the bucket. To tell them apart, ask for the object (HeadObject) as a caller who has s3:ListBucket on the bucket: a missing one is 404 then, a refused one still 403.'
