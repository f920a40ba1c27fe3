import { patternRule } from './pattern-rule.ts'

const MARKETPLACE = ['aws-marketplace:ViewSubscriptions', 'aws-marketplace:Subscribe']

/**
 * The first use of a model of the marketplace subscribes the account to it as the caller (G-58). Other texts about access to a model
 * are set aside (R-MSG-31a); this one names what IAM refused.
 */
export const marketplaceActions = patternRule({
  id: 'marketplace-actions',
  example:
    'Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model.',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/userguide/model-access-permissions.html',
  anchor: 'notauthorizedtoperformtherequiredawsmarketplaceactions',
  pattern:
    /not authorized to perform the required AWS Marketplace actions(?: \((?<actions>aws-marketplace:[A-Za-z]{2,60}(?:, {0,2}aws-marketplace:[A-Za-z]{2,60}){0,8})\))?/i,
  fields: ({ actions }) => ({ behind: true, oneOf: actions?.split(/, {0,2}/) ?? MARKETPLACE }),
})

/** Whose request it was that AWS refused, where it is not the caller's. */
const asRole = (text: string) => ({ behind: true as const, notes: [{ code: 'service-role' as const, text }] })

/** Bedrock Agents passes on that the model, the knowledge base or the function refused the agent. */
export const agentDenied = patternRule({
  id: 'agent-denied',
  example:
    'An error occurred (accessDeniedException) when calling the InvokeAgent operation: Access denied when calling Bedrock. Check your request permissions and retry the request.',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/userguide/agents-permissions.html',
  anchor: 'accessdeniedwhencallingbedrock',
  pattern: /Access denied when calling Bedrock\b/i,
  fields: () =>
    asRole('The agent asks as its own service role, not as the caller: CloudTrail has the refused request.'),
})

/** Bedrock AgentCore looks for the image of a runtime as the role that it shall run as. */
export const runtimeImageDenied = patternRule({
  id: 'runtime-image-denied',
  example:
    "Access denied while validating ECR URI '111122223333.dkr.ecr.us-east-1.amazonaws.com/agent:latest'. The execution role requires permissions for ecr:GetAuthorizationToken, ecr:BatchGetImage, and ecr:GetDownloadUrlForLayer operations.",
  docs: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-permissions.html',
  anchor: 'accessdeniedwhilevalidatingecruri',
  pattern:
    /Access denied while validating ECR URI ["'][^"'\n]{1,400}["']\.(?: The execution role requires permissions for (?<actions>ecr:[A-Za-z]{2,60}(?:,? {1,2}(?:and {1,2})?ecr:[A-Za-z]{2,60}){0,8}))?/i,
  fields: ({ actions }) => ({
    ...asRole('The image is looked for as the execution role that the call names, not as the caller.'),
    oneOf: actions?.match(/ecr:[A-Za-z]{2,60}/g) ?? [],
  }),
})
