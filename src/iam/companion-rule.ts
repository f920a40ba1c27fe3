/** The rule of a step that the work needs together with the denied one. */
export const COMPANION = 'R-ADV-14'
