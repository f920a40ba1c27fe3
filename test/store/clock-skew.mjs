/** Loaded before a worker: its clock is wrong by so many hours. */
const skew = Number(process.env['CLOCK_SKEW_HOURS']) * 3_600_000
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + skew)
    else super(...args)
  }
  static now() {
    return RealDate.now() + skew
  }
}
