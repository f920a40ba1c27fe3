/** Rows of the two registers that are no options, with the reason. Numbers are those of what is not documented. */
export const NOT_OPTIONS: readonly (readonly [id: string, why: string])[] = [
  ['X-06', 'the two pages agree: `aws:userid` of an unsigned call is there, with the value `anonymous`'],
  ['X-13', 'two wordings of a message; the reader takes both'],
  ['X-14', 'the limits of SCPs are data for lint, and change no decision'],
  ['1', 'which layer AWS names where several deny: `likelyReported` follows R-NAME-02, `blockedBy` names them all'],
]
