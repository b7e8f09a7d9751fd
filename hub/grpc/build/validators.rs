//! Turns the `buf.validate` rules of the proto files into Rust.
//!
//! The published generators compile their own proto files with protoc, which this project does without; and the API
//! uses only a handful of the standard rules. A rule that is not known here fails the build, and so does a field of a
//! request without any: neither can get lost.

use std::{collections::BTreeMap, error::Error, fmt::Write};

use protox::prost_reflect::{
    DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value,
};

type Outcome<T> = Result<T, Box<dyn Error>>;
type Rules = BTreeMap<String, Value>;

/// One `impl Validate` per message of a package that has rules, has fields with rules, or is a request; its types are in
/// `module`.
pub(crate) fn generate(pool: &DescriptorPool, package: &str, module: &str) -> Outcome<String> {
    let mut out = String::new();
    for message in pool.all_messages().filter(|message| message.package_name() == package) {
        if !is_checked(&message)? {
            continue;
        }
        writeln!(out, "impl crate::validation::Validate for {module}::{} {{", message.name())?;
        writeln!(out, "    fn check(&self, found: &mut crate::validation::Violations) {{")?;
        writeln!(out, "        let _ = &found;")?;
        for field in message.fields() {
            out += &check(&field).map_err(|error| format!("{}: {error}", field.full_name()))?;
        }
        writeln!(out, "    }}\n}}")?;
    }
    Ok(out)
}

fn is_checked(message: &MessageDescriptor) -> Outcome<bool> {
    if message.name().ends_with("Request") {
        return Ok(true);
    }
    for field in message.fields() {
        if !rules(&field)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An enum as the generated code names it: one inside a message is in the module of that message.
fn enum_path(of: &EnumDescriptor) -> String {
    let Some(message) = of.parent_message() else { return of.name().to_owned() };
    let mut module = String::new();
    for letter in message.name().chars() {
        if letter.is_ascii_uppercase() && !module.is_empty() {
            module.push('_');
        }
        module.push(letter.to_ascii_lowercase());
    }
    format!("{module}::{}", of.name())
}

/// The rules of a field by their names, empty where it has none.
fn rules(field: &FieldDescriptor) -> Outcome<Rules> {
    let extension = field
        .parent_pool()
        .get_extension_by_name("buf.validate.field")
        .ok_or("no buf.validate.field in the descriptors")?;
    let options = field.options();
    if !options.has_extension(&extension) {
        return Ok(Rules::new());
    }
    Ok(named(options.get_extension(&extension).as_message().ok_or("not rules")?))
}

fn named(message: &DynamicMessage) -> Rules {
    message.fields().map(|(field, value)| (field.name().to_owned(), value.clone())).collect()
}

fn check(field: &FieldDescriptor) -> Outcome<String> {
    let mut rules = rules(field)?;
    let name = field.name();
    let mut out = String::new();
    let optional = match rules.remove("ignore") {
        None => false,
        Some(Value::EnumNumber(1)) => true,
        Some(other) => return Err(format!("ignore {other:?} is not known here").into()),
    };
    // a bool has no more than two values, and a day is held against the calendar where it is read
    let is_bounded = match field.kind() {
        Kind::Bool => true,
        Kind::Message(message) => message.full_name() == "google.type.Date",
        _ => false,
    };
    if rules.is_empty() && !is_bounded && field.parent_message().name().ends_with("Request") {
        return Err("a field of a request needs a bound".into());
    }
    for (kind, rule) in rules {
        match (kind.as_str(), rule.as_message().map(named)) {
            ("string", Some(rule)) => {
                writeln!(out, "        found.text({name:?}, &self.{name}, &{});", text(rule, optional)?)?;
            }
            ("bytes", Some(mut rule)) => {
                let most = number(&mut rule, "max_len", 0);
                known(&rule)?;
                writeln!(out, "        found.bytes({name:?}, self.{name}.len(), {most});")?;
            }
            ("int32", Some(mut rule)) => {
                let (least, most) =
                    (number(&mut rule, "gte", i64::from(i32::MIN)), number(&mut rule, "lte", i64::from(i32::MAX)));
                known(&rule)?;
                writeln!(out, "        found.integer({name:?}, self.{name}, {least}..={most});")?;
            }
            ("timestamp", Some(mut rule)) => {
                let (least, before) = (seconds(&mut rule, "gte")?, seconds(&mut rule, "lt")?);
                known(&rule)?;
                writeln!(out, "        found.moment({name:?}, self.{name}.as_ref(), {least}..{before});")?;
            }
            ("enum", Some(mut rule)) => {
                if rule.remove("defined_only") != Some(Value::Bool(true)) {
                    return Err("an enum has defined values only".into());
                }
                let refused = match rule.remove("not_in") {
                    None => vec![],
                    Some(Value::List(values)) => values.iter().filter_map(Value::as_i32).collect(),
                    Some(other) => return Err(format!("not_in {other:?}").into()),
                };
                known(&rule)?;
                let kind = field.kind();
                let of = kind.as_enum().ok_or("not an enum")?;
                let of = format!("{}::{}", module_of(of.package_name()), enum_path(of));
                writeln!(
                    out,
                    "        found.choice({name:?}, self.{name}, {of}::try_from(self.{name}).is_ok(), &{refused:?});"
                )?;
            }
            ("repeated", Some(mut rule)) => {
                let (least, most) = (number(&mut rule, "min_items", 0), number(&mut rule, "max_items", i64::MAX));
                writeln!(out, "        found.count({name:?}, self.{name}.len(), {least}..={most});")?;
                if let Some(items) = rule.remove("items") {
                    let mut items = named(items.as_message().ok_or("items are not rules")?);
                    let item = items.remove("string").ok_or("only items with string rules are known here")?;
                    known(&items)?;
                    let item = text(named(item.as_message().ok_or("not string rules")?), false)?;
                    writeln!(out, "        found.texts({name:?}, &self.{name}, &{item});")?;
                }
                known(&rule)?;
            }
            ("field_mask", Some(mut rule)) => {
                let Some(Value::List(paths)) = rule.remove("in") else { return Err("a mask names its paths".into()) };
                let paths: Vec<_> = paths.iter().filter_map(|path| path.as_str().map(ToOwned::to_owned)).collect();
                known(&rule)?;
                writeln!(out, "        found.mask({name:?}, self.{name}.as_ref(), &{paths:?});")?;
            }
            ("required", None) => {
                writeln!(out, "        found.presence({name:?}, self.{name}.is_some());")?;
            }
            (other, _) => return Err(format!("the rule `{other}` is not known here").into()),
        }
    }
    if let Kind::Message(of) = field.kind()
        && of.package_name() == field.parent_message().package_name()
        && is_checked(&of)?
    {
        let kind = if field.is_list() { "each" } else { "one" };
        writeln!(out, "        found.{kind}({name:?}, &self.{name});")?;
    }
    Ok(out)
}

/// Where the types of a package are.
fn module_of(package: &str) -> String {
    format!("super::{}", package.replace('.', "::"))
}

fn text(mut rule: Rules, optional: bool) -> Outcome<String> {
    let min_chars = number(&mut rule, "min_len", 0);
    let min_bytes = number(&mut rule, "min_bytes", 0);
    let max_bytes = number(&mut rule, "max_bytes", 36);
    let shape = match (rule.remove("pattern"), rule.remove("email"), rule.remove("uuid")) {
        (Some(Value::String(pattern)), None, None) => {
            regex::Regex::new(&pattern)?;
            format!(
                "Shape::Pattern({{ static P: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| \
                 regex::Regex::new({pattern:?}).expect(\"the build script has compiled it\")); &P }})"
            )
        }
        (None, Some(Value::Bool(true)), None) => "Shape::Email".to_owned(),
        (None, None, Some(Value::Bool(true))) => "Shape::Uuid".to_owned(),
        other => return Err(format!("a text has one shape, not {other:?}").into()),
    };
    known(&rule)?;
    Ok(format!(
        "{{ use crate::validation::{{Shape, Text}}; \
         Text {{ min_chars: {min_chars}, min_bytes: {min_bytes}, max_bytes: {max_bytes}, shape: {shape}, optional: {optional} }} }}"
    ))
}

fn number(rules: &mut Rules, name: &str, otherwise: i64) -> i64 {
    match rules.remove(name) {
        Some(Value::I32(value)) => value.into(),
        Some(Value::U64(value)) => i64::try_from(value).unwrap_or(i64::MAX),
        _ => otherwise,
    }
}

/// The seconds of a bound in time.
fn seconds(rules: &mut Rules, name: &str) -> Outcome<i64> {
    let bound = rules.remove(name).ok_or("a timestamp has the bounds gte and lt")?;
    let mut bound = named(bound.as_message().ok_or("a bound is not a timestamp")?);
    let seconds = bound.remove("seconds").and_then(|seconds| seconds.as_i64()).ok_or("a bound has seconds")?;
    known(&bound)?;
    Ok(seconds)
}

fn known(rest: &Rules) -> Outcome<()> {
    match rest.keys().next() {
        None => Ok(()),
        Some(name) => Err(format!("the rule `{name}` is not known here").into()),
    }
}
