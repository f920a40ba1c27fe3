/** `slack:hooks.slack.com`: the path of a webhook is often its secret. */
export const sinkName = (kind: string, url: string): string => `${kind}:${new URL(url).host}`
