'use strict';
// Mocha's spec output, and the counts in a file: a host that crashes writes none, so a missing file is a failure.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class CountReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const file = process.env.MEDALLION_TEST_COUNTS;
      if (file === undefined) return;
      const { passes, failures } = runner.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped }));
    });
  }
};
