/** The verdicts as shapes, so that nothing hangs on colour. */
export type Shape = 'deny' | 'deny-on' | 'likely' | 'next' | 'allow' | 'passed' | 'unseen' | 'none'
