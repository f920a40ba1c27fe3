/** Stands in the subject of a token for what the evidence does not tell of it. */
export const OF_TOKEN = 'OF_THE_TOKEN'

/** The subject of a token as it is shown, with an ellipsis for what is not known of it. */
export const withoutPlaceholder = (subject: string): string => subject.replaceAll(OF_TOKEN, '…')
