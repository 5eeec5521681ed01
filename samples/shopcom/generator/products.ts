import { type Random, createRandom } from './random.ts';

export interface Product {
  readonly stockCode: string;
  readonly description: string;
  readonly category: string;
  readonly listPrice: number;
}

interface Category {
  readonly name: string;
  /** What a middling item costs, in pounds. */
  readonly price: number;
  readonly items: readonly string[];
}

const categories: readonly Category[] = [
  { name: 'kitchen', price: 4.2, items: ['MUG', 'TEAPOT', 'APRON', 'BISCUIT TIN', 'SET OF 3 CAKE TINS', 'EGG CUP'] },
  { name: 'lighting', price: 3.6, items: ['T-LIGHT HOLDER', 'LANTERN', 'FAIRY LIGHTS', 'CANDLE', 'BEDSIDE LAMP'] },
  { name: 'bags', price: 2.6, items: ['LUNCH BAG', 'JUMBO BAG', 'SHOPPER', 'CHARLOTTE BAG', 'WASH BAG'] },
  { name: 'christmas', price: 2.1, items: ['BAUBLE', 'WREATH', 'STOCKING', 'TREE DECORATION', 'ADVENT CALENDAR'] },
  { name: 'garden', price: 5.4, items: ['WATERING CAN', 'PLANT POT', 'BIRD FEEDER', 'BUNTING', 'PICNIC BASKET'] },
  { name: 'stationery', price: 1.4, items: ['NOTEBOOK', 'PENCIL TIN', 'GIFT WRAP', 'CARD HOLDER', 'MEMO BLOCK'] },
  { name: 'toys', price: 2.9, items: ['SKITTLES', 'DOLL', 'SPINNING TOP', 'JIGSAW, 48 PIECES', 'NIGHT LIGHT'] },
  { name: 'home', price: 6.5, items: ['CUSHION', 'WALL CLOCK', 'DOORMAT', 'PHOTO FRAME', 'DOORSTOP'] },
  {
    name: 'storage',
    price: 7.8,
    items: ['CABINET', 'DRAWER CHEST', 'STORAGE BOX, LARGE', 'HOOK, 5 HANGER', 'SEWING BOX'],
  },
  { name: 'party', price: 1.7, items: ['PAPER PLATES', 'CAKE CASES', 'PAPER CUPS', 'BALLOONS, PACK OF 10', 'STRAWS'] },
  { name: 'jewellery', price: 3.9, items: ['NECKLACE', 'BRACELET', 'HAIR GRIP', 'TRINKET BOX', 'BROOCH'] },
  { name: 'bath', price: 3.1, items: ['HOT WATER BOTTLE', 'SOAP DISH', 'TOWEL', 'BATH SALTS', 'HAND WARMER'] },
];

const looks = ['RED', 'PINK', 'BLUE', 'WHITE', 'GREEN', 'VINTAGE', 'ENAMEL', 'WOODEN', 'ANTIQUE SILVER', 'PASTEL'];
const motifs = [
  'RETROSPOT',
  'POLKADOT',
  'HEART',
  'SKULL',
  'STRAWBERRY',
  'WOODLAND',
  'PAISLEY',
  'UNION JACK',
  'DOLLY GIRL',
  'SPACEBOY',
  'ROSE',
  'LAVENDER',
  'GINGHAM',
  'OWL',
  'HOME SWEET HOME',
];

const PRODUCTS_A_CATEGORY = 125;

/** 1,500 products, the best-selling first; the order mixes categories, as demand does. */
export function createProducts(seed: number): Product[] {
  const random = createRandom(seed, 'products');
  const named = categories.flatMap((category) =>
    shuffled(random, descriptions(category))
      .slice(0, PRODUCTS_A_CATEGORY)
      .map((description) => ({ description, category })),
  );
  let code = 20_000;
  return shuffled(random, named).map(({ description, category }) => {
    code += random.integer(1, 9);
    return {
      stockCode: `${code}${random.chance(0.15) ? random.pick(['A', 'B', 'C']) : ''}`,
      description,
      category: category.name,
      listPrice: shelfPrice(category.price * Math.exp(0.55 * random.normal())),
    };
  });
}

function descriptions(category: Category): string[] {
  return looks.flatMap((look) => motifs.flatMap((motif) => category.items.map((item) => `${look} ${motif} ${item}`)));
}

/** Prices end in 5 or 9 pence, and nothing costs less than 19 pence. */
function shelfPrice(price: number): number {
  const pence = Math.max(19, Math.round(price * 10) * 10 + (price < 2 ? -1 : -5));
  return pence / 100;
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
