import assert from 'node:assert/strict';
import { sqlText } from '@medallion/core/jobs/job-sql.ts';

describe('the SQL of a task', () => {
  it('keeps the lines of a notebook and parts its cells', () => {
    const notebook = [
      '-- Databricks notebook source',
      'SELECT 1',
      '-- COMMAND ----------',
      '-- MAGIC %python',
      '-- MAGIC print(1)',
      '-- COMMAND ----------',
      'SELECT 2;',
      'SELECT 3',
    ].join('\n');
    const lines = sqlText('n.sql', notebook).split('\n');
    assert.deepEqual(
      ['SELECT 1', 'SELECT 2;', 'SELECT 3'].map((line) => lines.indexOf(line) + 1),
      [2, 7, 8],
    );
    assert.equal(lines[2], ';');
    assert.ok(!lines.join('').includes('print'));
  });

  it('leaves a file of SQL as it is', () => {
    assert.equal(sqlText('q.sql', 'SELECT 1'), 'SELECT 1');
  });
});
