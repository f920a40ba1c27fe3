/** How API Gateway writes the id of an API. https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html */
export const isApiId = (text: string): boolean => /^[a-z0-9]{10}$/.test(text)

/** The first part of the resource of an `execute-api` ARN, where the id of the API is; undefined: the ARN is another one. */
export const apiIdIn = (arn: string): string | undefined =>
  /^arn:[^:]*:execute-api:[^:]*:[^:]*:([^/]+)(?:\/|$)/.exec(arn)?.[1]
