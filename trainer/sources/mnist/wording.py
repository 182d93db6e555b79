"""What is told of files of pictures."""

from __future__ import annotations

from trainer.i18n import N_, plural
from trainer.messages import Wording

WORDING = Wording(
    "mnist",
    {
        "bundled_missing": N_("The MNIST file {file} is missing. Download Fitboard again, or choose another file."),
        "not_npz": N_(
            "“{file}” is not an .npz file, or its end is missing. Choose an .npz file made with numpy.savez, or save "
            "it "
            "again."
        ),
        "too_large": N_("“{file}” unpacks to more than {limit:size}. Choose a smaller file."),
        "too_slow": N_("“{file}” takes more than {limit:number} seconds to read. Choose a smaller file."),
        "no_memory": N_("“{file}” needs more memory than is free at the moment. Try again later."),
        "damaged": N_(
            "“{file}” is damaged and cannot be read. Choose an .npz file made with numpy.savez, or save it again."
        ),
        "no_arrays": N_("“{file}” contains no arrays. Save all four: {wanted:and}."),
        "missing_arrays": N_("“{file}” has no array {missing:or}. Save all four: {wanted:and}; it has {found}."),
        "sizes_differ": N_(
            "The training and test pictures in “{file}” differ in size: {train} and {test}. Save all in one size."
        ),
        "one_class": N_("All training pictures in “{file}” are of one class. Save pictures of at least two classes."),
        "labels_missing": N_(
            "“{file}” has {pictures:number} pictures in {x} but {labels:number} labels in {y}. Save one label for each "
            "picture."
        ),
        "not_plain": N_(
            "“{file}” contains something other than plain numbers, or is damaged. Choose an .npz file made with "
            "numpy.savez, or save it again."
        ),
        "not_numbers": N_(
            "{array} in “{file}” does not contain numbers ({type}). Save brightness as whole numbers from 0 to 255."
        ),
        "out_of_range": N_(
            "{array} in “{file}” contains values below 0, above 255, or missing values. Save brightness as whole "
            "numbers "
            "from 0 to 255."
        ),
        "fractions": N_(
            "{array} in “{file}” contains values between 0 and 1. Multiply them by 255; Fitboard scales them itself."
        ),
        "not_pictures": N_(
            "{array} in “{file}” has the shape {shape}, but pictures need (count, height, width), or the same with 1 "
            "or "
            "3 colours at the end, and at most {limit} pixels in height and width. Save it in such a shape."
        ),
        "no_pictures": N_("{array} in “{file}” contains no pictures. Save some."),
        "too_many_pictures": plural(
            "pictures",
            "{array} in “{file}” contains {pictures} picture of {values:number} values. A file may hold {limit:number} "
            "pictures, and {all_values:number} values in all. Save fewer or smaller ones.",
            "{array} in “{file}” contains {pictures:number} pictures of {values:number} values each. A file may hold "
            "{limit:number} pictures, and {all_values:number} values in all. Save fewer or smaller ones.",
        ),
        "labels_shape": N_(
            "{array} in “{file}” has the shape {shape}, but each picture needs one label. Save labels as whole numbers "
            "from 0 to {limit}."
        ),
        "labels_not_whole": N_(
            "{array} in “{file}” does not contain whole numbers ({type}). Save labels as whole numbers from 0 to "
            "{limit}."
        ),
        "too_many_labels": N_(
            "{array} in “{file}” has {labels:number} labels; at most {limit:number} are possible. Save fewer pictures."
        ),
        "labels_out_of_range": N_(
            "{array} in “{file}” has a label below 0 or above {limit}. Save labels as whole numbers from 0 to {limit}."
        ),
        "names_not_words": N_("class_names in “{file}” is not a list of words. Save a list of words, or leave it out."),
        "names_too_many": N_(
            "class_names in “{file}” has {names:number} names of up to {length:number} characters; at most "
            "{limit:number} of {limit_length:number} are possible. Save a short name for each class."
        ),
        "names_too_few": N_(
            "class_names in “{file}” has {names} names, but the labels go up to {highest}. Save a name for each class."
        ),
        "names_not_unique": N_(
            "class_names in “{file}” has an empty name, or one that occurs twice. Give each class its own name."
        ),
    },
)
