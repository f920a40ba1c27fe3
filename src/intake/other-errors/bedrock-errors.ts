import type { UnrelatedError } from './finding.ts'

const PROFILES =
  '`aws bedrock list-inference-profiles --region REGION --query inferenceProfileSummaries[].inferenceProfileId`'

/** Errors of Amazon Bedrock about the model that was asked for. No policy decides them. */
export const BEDROCK_ERRORS: readonly UnrelatedError[] = [
  {
    code: 'model-id',
    phrases: ['withondemandthroughputisnt', 'supportondemandthroughput', 'ondemandthroughputisnotsupported'],
    pattern:
      /(?:\bInvocation of model ID (?<model>[\w.:/-]{3,200}) with )?\bon-demand throughput isn['’]t supported|doesn['’]t support on-demand throughput|on-demand throughput is not supported/i,
    // https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
    text: ({ model }) =>
      `This model can be called only through an inference profile, and the request names the model itself. Use the id of a profile as the model id${model === undefined ? '' : ` (for example \`us.${model}\` or \`global.${model}\`)`}: ${PROFILES} lists them. No policy denied this call. For the new call, the caller's policy must allow \`bedrock:InvokeModel\` on the inference profile and on the model in every Region of the profile.`,
  },
  {
    code: 'model-id',
    phrases: [
      'providedmodelidentifierisinvalid',
      'couldnotresolvethefoundationmodel',
      'markedbyproviderasleg',
      'modelversionhasreachedtheend',
    ],
    pattern:
      /\bprovided model identifier is invalid\b|\bCould not resolve the foundation model from the provided model identifier\b|\bmarked by provider as Legacy\b|\bmodel version has reached the end of its life\b/i,
    // https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html
    text: `Bedrock does not serve a model of this id to this account in this Region: the id is misspelt, the model is not offered here, or it has been retired. No policy denied the call. \`aws bedrock list-foundation-models --region REGION --query modelSummaries[].modelId\` lists the models, ${PROFILES} the profiles.`,
  },
  {
    code: 'model-access',
    phrases: ['usecasedetailshavenotbeensubmitted'],
    pattern: /\bModel use case details have not been submitted for this account\b/i,
    // https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
    text: 'Anthropic asks each account once for its use case before its models can be called; no policy replaces that. Open the model in the model catalog of the Bedrock console and send the form (or `aws bedrock put-use-case-for-model-access`), in the management account for all accounts of an organization. Wait up to 15 minutes.',
  },
  {
    code: 'model-access',
    phrases: ['invalidpaymentinstrument', 'fromunsupportedcountries'],
    pattern:
      /\b(?<payment>INVALID_PAYMENT_INSTRUMENT)\b|\bnot allowed from unsupported countries, regions, or territories\b/,
    text: ({ payment }) =>
      payment === undefined
        ? 'The provider of the model does not serve the country of the account or the caller. No policy changes that: use a model of another provider, or call from a country that it serves.'
        : 'The AWS Marketplace subscription for the model failed, because the account has no valid means of payment for it. Correct it in the Billing console (in the management account, where there is an organization), and try again after some minutes. No policy denied the call.',
  },
  {
    code: 'account-not-entitled',
    phrases: ['operationnotallowed'],
    pattern:
      /\(ValidationException\) when calling the (?:InvokeModel|Converse)\w{0,30} operation[^:\n]{0,60}: Operation not allowed\b/,
    // https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
    text: 'Bedrock refused the account, not the caller: no policy denied this. New accounts are often not served yet. Look at the quotas of Bedrock in this Region (they may be 0), and open a case with AWS Support.',
  },
]
