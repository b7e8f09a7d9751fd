//! A provider's sign, drawn: a bolt in a disc, and nothing around it.

use komunala_domain::{Colour, Logo};

/// Pixels on each side.
const SIDE: i32 = 240;

/// The corners of the bolt, in pixels.
const BOLT: [(i32, i32); 6] = [(138, 28), (66, 136), (112, 136), (98, 212), (174, 98), (124, 98)];

/// The sign in a colour.
pub(crate) fn logo(colour: Colour) -> Logo {
    let places = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
    let pixels: Vec<u8> = places
        .flat_map(|place| match (is_in_disc(place), is_in_bolt(place)) {
            (true, false) => [colour.red, colour.green, colour.blue, 255],
            (true, true) => [255, 255, 255, 255],
            (false, _) => [0, 0, 0, 0],
        })
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIDE.unsigned_abs(), SIDE.unsigned_abs());
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    Logo::new(bytes).unwrap()
}

fn is_in_disc((x, y): (i32, i32)) -> bool {
    let middle = SIDE / 2;
    (x - middle).pow(2) + (y - middle).pow(2) < middle.pow(2)
}

/// Whether a line to the right crosses the edge an odd number of times.
fn is_in_bolt((x, y): (i32, i32)) -> bool {
    let next = BOLT.iter().cycle().skip(1);
    let crossed = BOLT.iter().zip(next).filter(|&(&(ax, ay), &(bx, by))| {
        let (low, high) = if ay < by { ((ax, ay), (bx, by)) } else { ((bx, by), (ax, ay)) };
        (low.1..high.1).contains(&y) && (x - low.0) * (high.1 - low.1) < (high.0 - low.0) * (y - low.1)
    });
    crossed.count() % 2 == 1
}
