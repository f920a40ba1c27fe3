import { patternRule } from './pattern-rule.ts'

/** AWS Glue tries the role that a crawler or a job is given: the role's trust policy does not name the service. */
export const glueMayNotAssume = patternRule({
  id: 'glue-may-not-assume',
  example: "InvalidInputException: Service is unable to assume provided role. Please verify role's TrustPolicy",
  docs: 'https://docs.aws.amazon.com/glue/latest/dg/create-an-iam-role.html',
  anchor: 'serviceisunabletoassume',
  pattern:
    /Service is unable to assume (?:(?:the )?provided role|role ["'`]?(?<role>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400}?)["'`]?(?=[.\s]|$))/i,
  fields: ({ role }) => ({
    principal: 'glue.amazonaws.com',
    impliedAction: 'sts:AssumeRole',
    resource: role ?? null,
    notes: [
      {
        code: 'trust-policy',
        text: 'AWS Glue asked, not the caller: the trust policy of the role has to allow it `sts:AssumeRole`. A role made seconds ago may only need another try.',
      },
    ],
  }),
})

/** A crawler of AWS Glue that may not read an object, in its log. */
export const crawlerObjectDenied = patternRule({
  id: 'crawler-object-denied',
  example:
    'ERROR : Error Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: F24B84B451EAEC7A) retrieving file at s3://amzn-s3-demo-bucket/data/persons.json. Tables created did not infer schemas from this file.',
  docs: 'https://docs.aws.amazon.com/glue/latest/dg/crawler-prereqs.html',
  anchor: 'retrievingfileats',
  pattern:
    /\bAccess Denied \(Service: [^)\n]{1,300}\) retrieving file at s3:\/\/(?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[^\s"'<>]{0,1023}?)(?=\.? Tables created|\.?(?:[\s"'<>]|$))/,
  fields: ({ place = '' }) => ({ impliedAction: 's3:GetObject', place }),
})

/** A crawler of AWS Glue that may not look at the place it is to crawl: S3, or Lake Formation where that governs the place. */
export const crawlerTargetDenied = patternRule({
  id: 'crawler-target-denied',
  example: 'User does not have access to target s3://amzn-s3-demo-bucket/data',
  docs: 'https://docs.aws.amazon.com/glue/latest/dg/crawler-lf-integ.html',
  anchor: 'doesnothaveaccesstotargets',
  pattern:
    /\bdoes not have access to target s3:\/\/(?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[^\s"'<>]{0,1022}[^\s"'<>.,;)])?)/,
  fields: ({ place = '' }) => ({
    oneOf: ['s3:ListBucket', 's3:GetObject', 'lakeformation:GetDataAccess'],
    place,
  }),
})

/** A job of AWS Glue whose role may not read the job's own script. */
export const jobScriptDenied = patternRule({
  id: 'job-script-denied',
  example:
    'LAUNCH ERROR | Error downloading from S3 for bucket: amzn-s3-demo-bucket, key: admin/script.py.Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)',
  docs: 'https://docs.aws.amazon.com/glue/latest/dg/glue-troubleshooting-errors.html',
  anchor: 'errordownloadingfroms',
  pattern:
    /\bError downloading from S3 for bucket: (?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]), key: (?<key>[^\s"'<>,]{1,1000}?)\.? ?Access Denied\b/,
  fields: ({ bucket = '', key = '' }) => ({ impliedAction: 's3:GetObject', place: `${bucket}/${key}` }),
})
