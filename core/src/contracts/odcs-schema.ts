/**
 * The parts of the Open Data Contract Standard 3.x that are used, as a JSON Schema written from the standard's text
 * (https://bitol-io.github.io/open-data-contract-standard). What is not named here is tolerated.
 */
const text = { type: 'string', minLength: 1 };
const customProperties = {
  type: 'array',
  items: { type: 'object', required: ['property', 'value'], properties: { property: text } },
};

const quality = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      type: { enum: ['library', 'sql', 'text', 'custom'] },
      metric: text,
      rule: text,
      query: text,
      severity: text,
      arguments: { type: 'object' },
      mustBeBetween: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
      mustNotBeBetween: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
    },
  },
};

const property = {
  type: 'object',
  required: ['name'],
  properties: {
    name: text,
    logicalType: {
      enum: ['string', 'date', 'timestamp', 'time', 'number', 'integer', 'object', 'array', 'boolean', 'binary'],
    },
    physicalType: text,
    required: { type: 'boolean' },
    unique: { type: 'boolean' },
    primaryKey: { type: 'boolean' },
    logicalTypeOptions: { type: 'object' },
    quality,
    customProperties,
  },
};

export const odcsSchema = {
  type: 'object',
  required: ['version', 'apiVersion', 'kind', 'id', 'status'],
  properties: {
    version: text,
    apiVersion: { type: 'string', pattern: '^v3\\.' },
    kind: { const: 'DataContract' },
    id: text,
    status: text,
    domain: text,
    slaProperties: { type: 'array', items: { type: 'object', required: ['property', 'value'] } },
    schema: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: text,
          physicalName: text,
          properties: { type: 'array', items: property },
          quality,
          customProperties,
        },
      },
    },
  },
};
