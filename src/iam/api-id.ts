/** How API Gateway writes the id of an API. https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html */
export const isApiId = (text: string): boolean => /^[a-z0-9]{10}$/.test(text)

/** Whether a text is a name of an API, or of it in a template, and no id: it has letters of both cases, or words. `API_ID` may stand for one. */
export const isNameOfApi = (text: string): boolean =>
  /[a-z]/.test(text) && /[A-Z_-]/.test(text) && !/[*?$<>]|^x+$/i.test(text)

/** The first part of the resource of an `execute-api` ARN, where the id of the API is; undefined: the ARN is another one. */
export const apiIdIn = (arn: string): string | undefined =>
  /^arn:[^:]*:execute-api:[^:]*:[^:]*:([^/]+)(?:\/|$)/.exec(arn)?.[1]
